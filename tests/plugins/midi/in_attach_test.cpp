// SPDX-License-Identifier: MIT
// Ports to listen to that are there, are not, come and go.
#include "tests/support/catch.hpp"

#include "tests/plugins/midi/live_input.hpp"

#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>

using namespace tactus::test;

namespace {

std::set<std::string> keys_of(const live_input& input) {
    std::set<std::string> keys;
    for (const auto& [number, port] : input.instance.host.ports) {
        keys.insert(port.key);
    }
    return keys;
}

} // namespace

TEST_CASE("a virtual input is made, and goes with the instance") {
    jack_server server;
    server.start();
    {
        live_input input("virtual", "strudel");

        REQUIRE(input.start() == TACTUS_OK);
        REQUIRE(input.until_up());

        CHECK(input.port().key == "strudel");
        CHECK(input.has_logged("Made the virtual JACK port \"strudel\"."));
        CHECK(input.instance.host.metrics["midi_attached_total"] == 1);
        CHECK(jack_sender("first", "tactus:strudel").is_connected());
        input.instance.stop();
        CHECK(input.instance.host.stopped == TACTUS_OK);
        CHECK(input.instance.host.breaches.empty());
    }
    CHECK_FALSE(jack_sender("second", "tactus:strudel").is_connected(200ms));
}

// Shared by all JACK programs of a user, and left locked by one that is killed at the wrong moment.
TEST_CASE("JACK's metadata database is not opened") {
    jack_server server;
    server.start();
    live_input input("virtual", "strudel");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());

    std::ifstream maps("/proc/self/maps");
    const std::string mapped{std::istreambuf_iterator<char>(maps), {}};

    CHECK(mapped.find("/libjack.so") != std::string::npos);
    CHECK(mapped.find("/jack_db") == std::string::npos);
}

TEST_CASE("a port is found by a unique part of its name, and is known by its whole name") {
    jack_server server;
    server.start();
    jack_sender device("nano");
    live_input input("port", "nan");

    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());

    CHECK(input.port().key == "nano:out");
    REQUIRE(device.is_connected());
    device.send("90 3C 64");
    REQUIRE(input.until_events(1));
    CHECK(input.events()[0].source == input.instance.host.ports.begin()->first);
}

TEST_CASE("what is listened to stays so when another port of such a name comes") {
    jack_server server;
    server.start();
    jack_sender first("nano");
    live_input input("port", "NAN");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());
    REQUIRE(first.is_connected());

    jack_sender second("nano2");
    jack_sender third("x-nano");

    first.send("90 3C 64");
    REQUIRE(input.until_events(1));
    CHECK(input.is_up());
    CHECK(input.port().key == "nano:out");
    CHECK_FALSE(second.is_connected(100ms));
    CHECK_FALSE(input.has_logged("went away"));
}

TEST_CASE("a port that is almost called so is named") {
    jack_server server;
    server.start();
    jack_sender device("nanokontrol");
    live_input input("port", "nanoKONTRL");

    REQUIRE(input.start() == TACTUS_OK);

    CHECK(input.until([&] { return input.has_logged("Did you mean \"nanokontrol:out\"?"); }));
    CHECK_FALSE(input.is_up());
}

TEST_CASE("a pattern listens to all ports that match, and says which one an event came from") {
    jack_server server;
    server.start();
    jack_sender left("nano-left");
    jack_sender other("drums");
    live_input input("port", "nano*");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());
    jack_sender right("nano-right"); // comes later

    REQUIRE(input.until([&] { return input.count_up() == 2; }));
    REQUIRE(left.is_connected());
    REQUIRE(right.is_connected());
    CHECK(keys_of(input) == std::set<std::string>{"nano-left:out", "nano-right:out"});
    left.send("90 01 01");
    REQUIRE(input.until_events(1));
    right.send("90 02 02");
    REQUIRE(input.until_events(2));
    CHECK(input.instance.host.ports.at(input.events()[0].source).key == "nano-left:out");
    CHECK(input.instance.host.ports.at(input.events()[1].source).key == "nano-right:out");
    CHECK_FALSE(other.is_connected(100ms));
}

TEST_CASE("running status belongs to one port of several") {
    // left: 90 3C 64 | right: 3E 64 (stray) | left: 3E 64
    jack_server server;
    server.start();
    jack_sender left("nano-left");
    jack_sender right("nano-right");
    live_input input("port", "nano*");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until([&] { return input.count_up() == 2; }));
    REQUIRE(left.is_connected());
    REQUIRE(right.is_connected());

    left.send("90 3C 64");
    REQUIRE(input.until_events(1));
    right.send("3E 64");
    REQUIRE(
        input.until([&] { return input.instance.host.metrics["midi_skipped_bytes_total"] == 2; }));
    left.send("3E 64");

    REQUIRE(input.until_events(2));
    CHECK(input.messages()[1] == message{0x90, 0x3E, 0x64});
    CHECK(input.events()[1].source == input.events()[0].source);
}

TEST_CASE("a device that goes and comes back is listened to again, without a restart") {
    jack_server server;
    server.start();
    std::optional<jack_sender> device(std::in_place, "nano");
    live_input input("port", "nano:out");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());

    device.reset();
    REQUIRE(input.until_down(3s));
    CHECK(input.has_logged("The port \"nano:out\" went away; it is waited for."));
    device.emplace("nano");

    REQUIRE(input.until_up(2s));
    REQUIRE(device->is_connected());
    device->send("90 3C 64");
    CHECK(input.until_events(1));
    CHECK(input.instance.host.metrics["midi_attached_total"] == 2);
    CHECK(input.instance.host.breaches.empty());
}

TEST_CASE("what a device had begun before it went is not continued when it is back") {
    // 90 3C 64 | (away) | 3E 64: stray
    jack_server server;
    server.start();
    std::optional<jack_sender> device(std::in_place, "nano");
    live_input input("port", "nano:out");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());
    REQUIRE(device->is_connected());
    device->send("90 3C 64");
    REQUIRE(input.until_events(1));
    device.reset();
    REQUIRE(input.until_down(3s));
    device.emplace("nano");
    REQUIRE(input.until_up(2s));
    REQUIRE(device->is_connected());

    device->send("3E 64");
    device->send("80 3C 40");

    REQUIRE(input.until_events(2));
    CHECK(input.messages()[1] == message{0x80, 0x3C, 0x40});
}

TEST_CASE("a name that several ports contain attaches to none, and the log names them") {
    jack_server server;
    server.start();
    jack_sender left("nano-left");
    jack_sender right("nano-right");
    live_input input("port", "nano");

    REQUIRE(input.start() == TACTUS_OK);

    REQUIRE(input.until([&] { return input.has_logged("several ports match"); }));
    CHECK(input.has_logged("\"nano-left:out\""));
    CHECK(input.count_up() == 0);
}

TEST_CASE("a pattern never means the daemon's own ports") {
    jack_server server;
    server.start();
    live_input first("virtual", "v");
    REQUIRE(first.start() == TACTUS_OK);
    REQUIRE(first.until_up());
    jack_sender own("tactus-02"); // named as JACK names another client of ours
    jack_sender device("nano");
    live_input input("port", "*");
    REQUIRE(input.start() == TACTUS_OK);

    REQUIRE(input.until_up());

    CHECK(keys_of(input) == std::set<std::string>{"nano:out"});
    CHECK_FALSE(own.is_connected(100ms));
}

TEST_CASE("nothing is asked of JACK while an absent device is waited for") {
    jack_server server;
    server.start();
    live_input input("port", "nano");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until([&] { return input.has_logged("no such port yet"); }));

    CHECK(input.instance.host.pending("timer") == 0);
}
