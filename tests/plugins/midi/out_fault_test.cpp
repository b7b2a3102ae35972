// SPDX-License-Identifier: MIT
// JACK servers that die, hang and come back under load.
#include "tests/plugins/midi/live_output.hpp"

#include "tests/support/catch.hpp"

#include <optional>

#include <jack/jack.h>

using namespace tactus::test;

namespace {

// The longest that a send may take, whatever happens: it does not wait, but the machine may.
constexpr auto send_limit = 300ms;

// Sends until the output says something else than `status`; that, or `status` after n.
tactus_status send_while(live_output& output, tactus_status status, int n) {
    tactus_status said = status;
    for (int i = 0; i < n && said == status; ++i) {
        said = output.deliver({0x90, 60, 1});
    }
    return said;
}

struct running_server : jack_server {
    running_server() { start(); }
};

// An output that is up, and a receiver that is connected to it.
struct heard_output {
    heard_output() {
        REQUIRE(output.start() == TACTUS_OK);
        REQUIRE(output.until_up());
        connected.emplace("synth", "tactus:v");
        REQUIRE(receiver().is_connected());
    }
    jack_receiver& receiver() { return *connected; }

    running_server server;
    live_output output{"virtual", "v"};
    std::optional<jack_receiver> connected;
};

} // namespace

TEST_CASE("a server that is killed under load blocks nobody, and is attached to when it is back") {
    jack_server server;
    server.start();
    live_output output("virtual", "v");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until_up());
    const stderr_capture capture;
    REQUIRE(send_while(output, TACTUS_OK, 10'000) == TACTUS_OK);

    server.kill();
    CHECK(send_while(output, TACTUS_OK, 10'000) == TACTUS_E_CLOSED);
    CHECK(send_while(output, TACTUS_E_CLOSED, 10'000) == TACTUS_E_CLOSED);
    CHECK(output.slowest < send_limit);
    REQUIRE(output.until_down(3s));
    CHECK(output.has_logged("the JACK server went away"));

    server.start();
    REQUIRE(output.until_up(2s));
    const jack_receiver receiver("synth", "tactus:v");
    REQUIRE(eventually([&] {
        return output.send({0x90, 7, 7}) == TACTUS_OK && !receiver.events().empty();
    }));
    CHECK(capture.text().empty());
    CHECK(output.instance.host.metrics["midi_attached_total"] == 2);
    CHECK(output.instance.host.breaches.empty());
}

TEST_CASE("a killed server is given up without delay: the worker stays free") {
    jack_server server;
    server.start();
    live_output output("virtual", "v");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until_up());
    server.kill();
    auto slowest = std::chrono::steady_clock::duration::zero();

    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begin < 1500ms) {
        const auto before = std::chrono::steady_clock::now();
        output.turn();
        slowest = std::max(slowest, std::chrono::steady_clock::now() - before);
    }

    CHECK_FALSE(output.is_up());
    CHECK(slowest < 500ms);
}

TEST_CASE_METHOD(heard_output,
                 "a server that hangs takes the port offline, and its next period brings it back") {
    server.freeze();
    CHECK(send_while(output, TACTUS_OK, 20'000) == TACTUS_E_CLOSED);
    CHECK(output.slowest < send_limit);
    CHECK(output.until_down(3s));
    CHECK(output.has_logged("JACK shows no periods any more"));

    server.thaw();
    REQUIRE(output.until_up(2s));
    CHECK(output.send({0x90, 8, 8}) == TACTUS_OK);
    CHECK(eventually([&] {
        const std::vector<jack_event> events = receiver().events();
        return !events.empty() && events.back().bytes == message{0x90, 8, 8};
    }));
}

TEST_CASE("a server that hangs while nothing is sent takes the port offline, too") {
    jack_server server;
    server.start();
    live_output output("virtual", "v");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until_up());

    server.freeze();
    CHECK(output.until_down(10s));
    CHECK(output.has_logged("JACK shows no periods any more"));

    server.thaw();
    CHECK(output.until_up(10s));
}

TEST_CASE("a single event after a hang is refused: it would come too late") {
    jack_server server;
    server.start();
    live_output output("virtual", "v");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until_up());
    REQUIRE(output.send({0xF8}) == TACTUS_OK);

    server.freeze();

    CHECK(eventually([&] { return output.send({0xF8}) == TACTUS_E_CLOSED; }, 3s));
    server.thaw();
}

TEST_CASE("a server that is killed while it hangs is attached to again all the same") {
    jack_server server;
    server.start();
    live_output output("virtual", "v");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until_up());
    server.freeze();
    REQUIRE(send_while(output, TACTUS_OK, 20'000) == TACTUS_E_CLOSED);
    REQUIRE(output.until_down(3s));

    server.kill();
    server.start();

    CHECK(output.until_up(3s));
}

TEST_CASE("two outputs of one process outlive their server's death together, three times") {
    jack_server server;
    server.start();
    live_output first("virtual", "one", "first");
    live_output second("virtual", "two", "second");
    REQUIRE(first.start() == TACTUS_OK);
    REQUIRE(second.start() == TACTUS_OK);
    const auto both_up = [&] {
        first.turn();
        second.turn();
        return first.is_up() && second.is_up();
    };
    REQUIRE(eventually(both_up));

    for (int i = 0; i < 3; ++i) {
        server.kill();
        REQUIRE(first.until_down(3s));
        REQUIRE(second.until_down(3s));
        server.start();
        REQUIRE(eventually(both_up, 4s));
    }

    CHECK(first.send({0xF8}) == TACTUS_OK);
    CHECK(second.send({0xF8}) == TACTUS_OK);
}

TEST_CASE("clients that libjack frees under us, for someone else's sake, are not touched") {
    jack_server server;
    server.start();
    live_output output("virtual", "v");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until_up());
    server.kill();
    REQUIRE(eventually([&] { return output.send({0xF8}) == TACTUS_E_CLOSED; }));
    server.start();

    // Before the output has had a turn to close its own.
    jack_client_t* other = jack_client_open("other", JackNoStartServer, nullptr);

    REQUIRE(other != nullptr);
    CHECK(output.send({0xF8}) == TACTUS_E_CLOSED);
    CHECK(output.until([&] { return output.has_logged("went away"); }));
    CHECK(output.until_up(3s));
    CHECK(output.send({0xF8}) == TACTUS_OK);
    jack_client_close(other);
}

// PipeWire's jack_cycle_wait() sits out the periods of such a change, and what is written around
// them is lost. jackd stops its graph for it, and a period with it.
TEST_CASE_METHOD(heard_output, "nothing is lost while the length of JACK's periods changes") {
    jack_client_t* other = jack_client_open("other", JackNoStartServer, nullptr);
    REQUIRE(other != nullptr);
    REQUIRE(jack_activate(other) == 0);
    std::size_t sent = 0;

    for (const jack_nframes_t frames : {64U, 1024U, 64U, 512U, 64U, 1024U}) {
        for (int i = 0; i < 60; ++i, ++sent) {
            if (i == 10) {
                REQUIRE(jack_set_buffer_size(other, frames) == 0);
            }
            REQUIRE(output.deliver({0xE0, static_cast<std::uint8_t>(sent & 0x7F),
                                    static_cast<std::uint8_t>(sent >> 7)}) == TACTUS_OK);
            std::this_thread::sleep_for(1ms);
            output.turn();
        }
        REQUIRE(eventually([&] { return jack_get_buffer_size(other) == frames; }));
    }
    CHECK(receiver().wait_for(sent, 1s));

    CHECK(receiver().events().size() == sent);
    jack_client_close(other);
}

TEST_CASE("an output is stopped while its server is dead") {
    jack_server server;
    server.start();
    live_output output("virtual", "v");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until_up());
    server.kill();

    output.instance.stop();

    CHECK(output.instance.host.stopped == TACTUS_OK);
    CHECK(output.instance.host.breaches.empty());
}
