// SPDX-License-Identifier: MIT
// Which of several devices an instance takes, keeps, waits for and never takes.
#include "plugins/midi/port_choice.hpp"

#include "tests/support/catch.hpp"

using midi::ambiguity;
using midi::port_candidate;
using midi::port_choice;
using midi::port_identity;
using midi::port_selector;
using indices = std::vector<std::size_t>;

namespace {

port_selector named(std::string name) {
    port_selector selector;
    selector.name = std::move(name);
    return selector;
}

port_candidate device(std::string serial, std::string path, int client, std::uint32_t cable = 1) {
    port_identity is;
    is.client = "Twin";
    is.port = "Twin MIDI " + std::to_string(cable);
    is.card = "Twin";
    is.usb = "1209:0001";
    is.usb_serial = std::move(serial);
    is.path = std::move(path);
    is.cable = cable;
    return {"Twin:" + is.port + " " + std::to_string(client) + ":" + std::to_string(cable - 1), is};
}

port_candidate program(const std::string& name) {
    return {name, midi::identity_of_name(name)};
}

const port_candidate a = device("A", "1-1", 24);
const port_candidate b = device("B", "1-2", 28);

} // namespace

TEST_CASE("what fits alike is not decided, unless the first will do") {
    const std::vector<port_candidate> both{a, b};

    port_choice waits(named("Twin*"), ambiguity::wait);
    CHECK(waits.choose(both, "") == indices{0, 1});
    port_choice first(named("Twin*"), ambiguity::first);
    CHECK(first.choose(both, "") == indices{0});
}

TEST_CASE("what was taken stays, whatever comes beside it") {
    port_choice choice(named("Twin*"), ambiguity::wait);
    REQUIRE(choice.choose(std::vector{a}, "") == indices{0});

    CHECK(choice.choose(std::vector{b, a}, a.name) == indices{1});
}

TEST_CASE("a twin is not taken in the place of what has gone, in any order of coming back") {
    port_choice choice(named("Twin*"), ambiguity::wait);
    REQUIRE(choice.choose(std::vector{a}, "") == indices{0});
    REQUIRE(choice.choose(std::vector{a, b}, a.name) == indices{0});

    CHECK(choice.choose(std::vector{b}, "").empty());
    CHECK(choice.twin_left_alone() == b.name);

    // Both were away; the twin is back first, and has the numbers that the other one had.
    const port_candidate b_again = device("B", "1-2", 24);
    const port_candidate a_again = device("A", "1-1", 28);
    CHECK(choice.choose(std::vector{b_again}, "").empty());
    CHECK(choice.choose(std::vector{b_again, a_again}, "") == indices{1});
}

TEST_CASE("a twin that is plugged in elsewhere stays one, and so does what it stands for") {
    port_choice choice(named("Twin*"), ambiguity::wait);
    REQUIRE(choice.choose(std::vector{a}, "") == indices{0});
    REQUIRE(choice.choose(std::vector{a, b}, a.name) == indices{0});

    CHECK(choice.choose(std::vector{device("B", "1-1", 24)}, "").empty());
    CHECK(choice.choose(std::vector{device("A", "3-1", 24)}, "") == indices{0});
}

TEST_CASE("twins of one serial, or of none, are told apart by where they are plugged in") {
    const std::string serials[] = {"", "0001"};
    for (const std::string& serial : serials) {
        const port_candidate here = device(serial, "1-1", 24);
        const port_candidate there = device(serial, "1-2", 28);
        port_choice choice(named("Twin*"), ambiguity::wait);
        REQUIRE(choice.choose(std::vector{here}, "") == indices{0});
        REQUIRE(choice.choose(std::vector{there, here}, here.name) == indices{1});

        CHECK(choice.choose(std::vector{there}, "").empty());
        CHECK(choice.choose(std::vector{there, here}, "") == indices{1});
    }
}

TEST_CASE("a device that nobody has seen before replaces one that has gone") {
    port_choice choice(named("Twin"), ambiguity::wait);
    REQUIRE(choice.choose(std::vector{a}, "") == indices{0});

    CHECK(choice.choose(std::vector{device("C", "1-1", 24)}, "") == indices{0});
}

TEST_CASE("programs of one name are told apart by their numbers only") {
    const port_candidate one = program("Synth:in 128:0");
    const port_candidate other = program("Synth:in 129:0");
    port_choice choice(named("Synth"), ambiguity::wait);
    REQUIRE(choice.choose(std::vector{one}, "") == indices{0});
    REQUIRE(choice.choose(std::vector{one, other}, one.name) == indices{0});

    CHECK(choice.choose(std::vector{other}, "").empty());
    CHECK(choice.choose(std::vector{one, other}, "") == indices{0});
}

TEST_CASE("ALSA's numbers in a name say nothing of which device is meant") {
    port_choice choice(named("Twin:Twin MIDI 1 24:0"), ambiguity::wait);

    CHECK(choice.choose(std::vector{b, a}, "") == indices{0, 1});
    CHECK(choice.choose(std::vector{b}, "") == indices{0});
}

TEST_CASE("all that a table gives must hold") {
    const port_candidate second_cable = device("A", "1-1", 24, 2);
    const std::vector<port_candidate> all{a, second_cable, b, program("Twin:Twin MIDI 1 128:0")};
    const auto chosen = [&](auto set) {
        port_selector selector;
        set(selector);
        return port_choice(selector, ambiguity::wait).choose(all, "");
    };

    CHECK(chosen([](port_selector& w) { w.usb_serial = "B"; }) == indices{2});
    CHECK(chosen([](port_selector& w) { w.usb_serial = "A"; }) == indices{0, 1});
    CHECK(chosen([](port_selector& w) { w.usb_serial = "A", w.cable = 2; }) == indices{1});
    CHECK(chosen([](port_selector& w) { w.usb = "1209:0001", w.path = "1-2"; }) == indices{2});
    CHECK(chosen([](port_selector& w) { w.usb = "1209:0002"; }).empty());
    CHECK(chosen([](port_selector& w) { w.card = "Tw*", w.name = "MIDI 2"; }) == indices{1});
    CHECK(chosen([](port_selector& w) { w.client = "Twin", w.port = "Twin MIDI 1"; }) ==
          indices{0, 2, 3});
}

TEST_CASE("the lasting table means one port, and nothing that changes with plugging") {
    CHECK(midi::lasting_table(a.identity) ==
          R"({ usb_serial = "A", usb = "1209:0001", cable = 1 })");
    CHECK(midi::lasting_table(device("", "1-2.3", 24, 2).identity) ==
          R"({ usb = "1209:0001", path = "1-2.3", cable = 2 })");
    CHECK(midi::lasting_table(program("My \"Synth\":in 128:0").identity) ==
          R"({ client = "My \"Synth\"", port = "in" })");
    CHECK(midi::lasting_table({}).empty());
}
