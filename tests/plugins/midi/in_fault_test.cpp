// SPDX-License-Identifier: MIT
// JACK servers that die and come back under an input, also beside an output of the same process.
#include "tests/support/catch.hpp"

#include "tests/plugins/midi/live_input.hpp"
#include "tests/plugins/midi/live_output.hpp"

#include <future>
#include <optional>

using namespace tactus::test;

TEST_CASE("an input starts without a server, quietly, and attaches when one comes") {
    jack_server server; // not started
    const stderr_capture capture;
    live_input input("virtual", "v");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until([&] { return input.has_logged("no JACK server answers"); }));
    CHECK_FALSE(input.is_up());

    server.start();

    REQUIRE(input.until_up(3s));
    CHECK(capture.text().empty());
}

TEST_CASE("an input is back by its names after a server was killed") {
    jack_server server;
    server.start();
    live_input input("virtual", "v");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());
    {
        jack_sender keys("keys", "tactus:v");
        REQUIRE(keys.is_connected());
        keys.send("90 3C 64");
        REQUIRE(input.until_events(1));
        server.kill();
    }
    REQUIRE(input.until_down(3s));
    CHECK(input.has_logged("the JACK server went away"));

    server.start();

    REQUIRE(input.until_up(3s));
    jack_sender keys("keys", "tactus:v");
    REQUIRE(keys.is_connected());
    keys.send("80 3C 40");
    CHECK(input.until_events(2));
    CHECK(input.instance.host.breaches.empty());
}

TEST_CASE("an input and an output of one process both survive a server's death") {
    jack_server server;
    server.start();
    live_input input("virtual", "from");
    live_output output("virtual", "to");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(input.until_up());
    REQUIRE(output.until_up());
    const auto both = [&](bool are_up) {
        return eventually([&] {
            input.turn();
            output.turn();
            return input.is_up() == are_up && output.is_up() == are_up;
        });
    };

    for (int round = 0; round < 3; ++round) {
        server.kill();
        REQUIRE(both(false));
        server.start();
        REQUIRE(both(true));
    }

    jack_sender keys("keys", ":from");
    REQUIRE(keys.is_connected());
    keys.send("90 3C 64");
    CHECK(input.until_events(1));
    CHECK(output.send({0x90, 1, 1}) == TACTUS_OK);
}

TEST_CASE("an input can be stopped while its server hangs") {
    jack_server server;
    server.start();
    std::optional<live_input> input(std::in_place, "virtual", "v");
    REQUIRE(input->start() == TACTUS_OK);
    REQUIRE(input->until_up());
    server.freeze();
    const auto thaw = std::async(std::launch::async, [&] {
        std::this_thread::sleep_for(300ms); // libjack waits for the server in closing
        server.thaw();
    });

    input->instance.stop();

    CHECK(input->instance.host.stopped == TACTUS_OK);
}

TEST_CASE("a server that hangs takes an input's port offline, and its next period brings it back") {
    jack_server server;
    server.start();
    live_input input("virtual", "v");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());

    server.freeze();
    CHECK(input.until_down(10s));
    CHECK(input.has_logged("JACK shows no periods any more"));

    server.thaw();
    CHECK(input.until_up(10s));
    jack_sender keys("keys", ":v");
    REQUIRE(keys.is_connected());
    keys.send("90 3C 64");
    CHECK(input.until_events(1));
}
