// SPDX-License-Identifier: MIT
// JACK clients that do not run: jackd runs nobody who listens to them, us neither. The server goes
// on without clients that are late, so an event may be missed on a loaded machine: what is to be
// heard is sent until it is.
// [jackd]: PipeWire waits for no client that does not run, so nobody who listens to it is held up.
#include "tests/support/catch.hpp"

#include "tests/plugins/midi/live_input.hpp"
#include "tests/support/jack_idle.hpp"

#include <memory>
#include <optional>

using namespace tactus::test;

namespace {

struct heard_input {
    explicit heard_input(std::string_view port) : input("port", port) {
        server.start(jack_server::mode::goes_on);
        device.emplace("nano");
        REQUIRE(input.start() == TACTUS_OK);
        REQUIRE(hears());
    }

    bool hears() {
        const std::size_t before = input.events().size();
        auto next = std::chrono::steady_clock::now();
        return input.until([&] {
            if (std::chrono::steady_clock::now() >= next) {
                next += 20ms;
                device->send("90 3C 64");
            }
            return input.events().size() > before + 10; // more than what was under way
        });
    }
    bool is_up(std::string_view key) {
        const auto& ports = input.instance.host.ports;
        return std::any_of(ports.begin(), ports.end(), [key](const auto& each) {
            return each.second.key == key && each.second.is_up;
        });
    }
    bool has_set_aside(const std::string& port) {
        return input.has_logged("The JACK client of the port \"" + port + "\" does not run");
    }

    jack_server server;
    std::optional<jack_sender> device;
    live_input input;
};

} // namespace

TEST_CASE("a client that does not run silences its own port only, and the log names it",
          "[jackd]") {
    heard_input it("*");

    std::optional<jack_idle> idle(std::in_place, "idle");
    REQUIRE(it.input.until([&] { return it.has_set_aside("idle:out"); }));

    CHECK(it.hears());
    CHECK(it.is_up("nano:out"));
    CHECK_FALSE(it.is_up("idle:out"));
    CHECK_FALSE(it.has_set_aside("nano:out"));
    idle.reset();
    CHECK(it.hears());
    CHECK(it.input.instance.host.breaches.empty());
}

TEST_CASE("several clients that do not run are found among those that do", "[jackd]") {
    heard_input it("*");
    jack_idle first("a-idle");
    jack_sender other("b-other");
    jack_idle second("c-idle");

    REQUIRE(it.input.until([&] {
        return it.has_set_aside("a-idle:out") && it.has_set_aside("c-idle:out") &&
               it.is_up("b-other:out");
    }));

    CHECK(it.hears());
    CHECK_FALSE(it.has_set_aside("nano:out"));
    CHECK_FALSE(it.has_set_aside("b-other:out"));
}

TEST_CASE("a client that stops running later is found, though no port comes or goes", "[jackd]") {
    heard_input it("*");
    jack_sender other("other");
    REQUIRE(it.input.until([&] { return it.is_up("other:out"); }));
    REQUIRE(other.is_connected());

    other.hang();
    REQUIRE(it.input.until([&] { return it.has_set_aside("other:out"); }));

    CHECK(it.hears());
    CHECK(it.is_up("nano:out"));
    CHECK_FALSE(it.has_set_aside("nano:out"));
}

TEST_CASE("a port that was set aside is attached to at once when its client was restarted",
          "[jackd]") {
    heard_input it("*");
    std::optional<jack_idle> idle(std::in_place, "late");
    REQUIRE(it.input.until([&] { return it.has_set_aside("late:out"); }));
    idle.reset();
    REQUIRE(it.input.until([&] { return it.input.instance.host.ports.size() == 1; }));

    jack_sender late("late");

    // Within patience, which is less than the 30 s for which it was set aside.
    REQUIRE(it.input.until([&] { return it.is_up("late:out"); }));
    CHECK(it.hears());
}

TEST_CASE("the only port that is wanted is kept, though its client does not run", "[jackd]") {
    heard_input it("nano:out");

    const auto xruns = [&] { return it.input.instance.host.metrics["midi_xruns_total"]; };
    const auto before = xruns();
    it.device->hang();
    REQUIRE(it.input.until([&] { return xruns() >= before + 4; })); // so many time-outs of jackd
    it.device->go_on();

    CHECK(it.hears());
    CHECK(it.is_up("nano:out"));
    CHECK_FALSE(it.input.has_logged("does not run"));
    CHECK(it.input.instance.host.metrics["midi_attached_total"] == 1);
}
