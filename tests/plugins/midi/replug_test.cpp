// SPDX-License-Identifier: MIT
// JACK ports that are told to go while they are listed, or go and come between two looks, against a
// fake libjack, in virtual time: nothing happens but what a test says.
#include "plugins/midi/jack_ports.hpp"
#include "tests/plugins/midi/plugged.hpp"

#include <set>
#include <string>

using namespace tactus::test;
using tactus::testing::test_instance;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::uint32_t number = plugged::number;
constexpr std::uint32_t other_number = 6;

} // namespace

TEMPLATE_TEST_CASE("a port that is told to go while it is listed is let go of at once", "",
                   plugged_output, plugged_input) {
    TestType it;
    REQUIRE(it.is_up());
    REQUIRE(it.is_connected());

    it.begin_to_go();
    it.settle();

    CHECK_FALSE(it.is_up());
    CHECK(it.times_logged("\"" + it.peer + "\" went away; it is waited for.") == 1);
    it.pass(10 * second_ns); // while it is listed
    CHECK_FALSE(it.is_up());
    CHECK(it.jack.refused() == 0);
    it.jack.unlist(it.peer);
    it.jack.tell_client_gone("later");
    it.pass(10 * second_ns);
    CHECK(it.instance.host.pending("timer") == 0);
    CHECK(it.times_logged("") == 2); // attached, went away
    CHECK(it.instance.host.breaches.empty());
}

TEMPLATE_TEST_CASE("a port that went and is back under its old number is attached to again", "",
                   plugged_output, plugged_input) {
    TestType it;
    REQUIRE(it.is_connected());
    it.begin_to_go();
    it.settle();
    it.jack.unlist(it.peer);

    it.come();
    it.settle();

    it.pass(second_ns);
    CHECK(it.is_up());
    CHECK(it.is_connected());
    CHECK(it.times_attached() == 2);
}

TEMPLATE_TEST_CASE("a port that went and came between two looks is attached to again", "",
                   plugged_output, plugged_input) {
    TestType it;
    REQUIRE(it.is_connected());

    it.begin_to_go();
    it.jack.unlist(it.peer);
    it.come();
    REQUIRE_FALSE(it.is_connected());
    it.settle();

    CHECK_FALSE(it.is_up()); // the daemon is told of it
    it.pass(second_ns);
    CHECK(it.is_up());
    CHECK(it.is_connected());
    CHECK(it.times_attached() == 2);
    CHECK(it.times_logged("went away") == 1);
    CHECK(it.instance.host.pending("timer") == 0);
}

TEMPLATE_TEST_CASE("a client that stops and runs on is attached to again, though its port was "
                   "listed all the time",
                   "", plugged_output, plugged_input) {
    TestType it;
    it.begin_to_go();
    it.settle();
    REQUIRE_FALSE(it.is_up());

    it.jack.set_running(it.peer, true);
    it.jack.tell_port(number, true);
    it.settle();
    it.pass(second_ns);

    CHECK(it.is_up());
    CHECK(it.is_connected());
}

TEMPLATE_TEST_CASE("a port whose end is told only by the end of its client is let go of", "",
                   plugged_output, plugged_input) {
    TestType it;
    it.jack.unlist(it.peer);

    it.jack.tell_client_gone("later");
    it.settle();

    CHECK_FALSE(it.is_up());
}

TEMPLATE_TEST_CASE("a port of others that goes changes nothing", "", plugged_output,
                   plugged_input) {
    TestType it;
    it.jack.list("other:port", other_number, std::is_same_v<TestType, plugged_output>);

    for (std::size_t i = 0; i < midi::jack_ports::notices_max; ++i) { // as many as are kept
        it.jack.tell_port(other_number, i % 2 == 0);
    }
    it.settle();
    it.pass(second_ns);

    CHECK(it.is_up());
    CHECK(it.is_connected());
    CHECK(it.times_attached() == 1);
}

TEMPLATE_TEST_CASE("a connection that is cut by hand stays cut", "", plugged_output,
                   plugged_input) {
    TestType it;
    it.jack.set_running(it.peer, false);
    it.jack.set_running(it.peer, true);
    REQUIRE_FALSE(it.is_connected());

    it.jack.tell_port(other_number, true);
    it.jack.tell_port(other_number, false);
    it.settle();
    it.pass(second_ns);

    CHECK_FALSE(it.is_connected());
    CHECK(it.times_attached() == 1);
}

TEMPLATE_TEST_CASE("where more was told than is kept, the port is attached to anew", "",
                   plugged_output, plugged_input) {
    TestType it;
    for (std::size_t i = 0; i < midi::jack_ports::notices_max; ++i) {
        it.jack.tell_port(other_number, i % 2 == 0);
    }
    it.begin_to_go(); // is lost
    it.jack.unlist(it.peer);
    it.come();

    it.settle();
    it.pass(second_ns);

    CHECK(it.is_connected());
    CHECK(it.times_attached() == 2);
}

TEMPLATE_TEST_CASE("JACK's xruns are counted", "", plugged_output, plugged_input) {
    TestType it;
    REQUIRE(it.instance.host.metrics["midi_xruns_total"] == 0);

    it.jack.tell_xrun();
    it.jack.tell_xrun();
    it.settle();

    CHECK(it.instance.host.metrics["midi_xruns_total"] == 2);
}

TEST_CASE("what is sent while the port is away is refused, and what is sent after it arrives") {
    plugged_output it;
    CHECK(it.send({0x90, 60, 1}) == TACTUS_OK);
    CHECK(eventually([&] { return it.has_heard({0x90, 60, 1}); }));

    it.begin_to_go();
    it.settle();
    CHECK(it.send({0x90, 60, 2}) == TACTUS_E_CLOSED);
    it.jack.unlist(it.peer);
    it.come();
    it.settle();
    it.pass(second_ns);

    CHECK(it.send({0x90, 60, 3}) == TACTUS_OK);
    CHECK(eventually([&] { return it.has_heard({0x90, 60, 3}); }));
}

TEST_CASE(
    "ports with the longest names that JACK has are listened to, each under a key of its own") {
    // client (63): port (255), as JACK allows; they differ in the last byte
    const std::string longest = "later:" + std::string(312, 'p');
    plugged it("midi_in", "later:out", false);
    const std::string first = longest + "1";
    const std::string second = longest + "2";
    test_instance all(tactus_entry_v0, "midi_in", "all");
    all.config.set("api", "\"jack\"").set("port", "\"*\"");
    it.jack.list(first, 8, false);
    it.jack.list(second, 9, false);

    REQUIRE(all.start() == TACTUS_OK);

    CHECK(it.jack.connections(first) == 1);
    CHECK(it.jack.connections(second) == 1);
    CHECK(all.host.ports.size() == 3);
    std::set<std::string> keys;
    for (const auto& [number, port] : all.host.ports) {
        CHECK(port.key.size() <= 255);
        keys.insert(port.key);
    }
    CHECK(keys.size() == 3);
    CHECK(all.host.breaches.empty());
}
