// SPDX-License-Identifier: MIT
// `for`: notes that end by themselves. Whatever happens in between, a note that was sent is ended
// once, no later note is cut, and the ledgers are exact.
#include "tests/kernel/daemon/route_case.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::test;
using tactus::flow::dropped;
using tactus::flow::test::ms_ns;
using tactus::flow::test::stamp;
using strings = std::vector<std::string>;

namespace {

const std::string for_argument = route(R"(as = { note = "$1", for = "$2" })");
// For notes without an end, and their ends.
const std::string plain = route(R"(match = { type = "midi" })");

} // namespace

TEST_CASE("a note with a length ends by itself") {
    route_case test(route(R"(as = { note = "$1", for = "20ms" })"));

    CHECK(test.send("/a 60") == strings{"MIDI note_on 1 60 100"});
    CHECK(test.wait(50) == strings{"+20ms MIDI note_off 1 60 64"});

    CHECK(test.flow.output().ledger.sent == 2);
    CHECK(test.flow.ledger().routed == 1);
}

TEST_CASE("an expression for the length is in seconds") {
    route_case named(route(R"(as = { note = "$n", for = "$sustain * 0.5" })"));

    CHECK(named.send(R"(/play "n" 60 "sustain" 0.04)") == strings{"MIDI note_on 1 60 100"});
    CHECK(named.wait(50) == strings{"+20ms MIDI note_off 1 60 64"});
}

TEST_CASE("a length that cannot be computed makes no note") {
    route_case test(for_argument);

    CHECK(test.send("/a 60").empty());
    CHECK(test.last_why == "for: the message has no $2");
    CHECK(test.send("/a 60 -0.1").empty());
    CHECK(test.last_why == "for: the number is out of range");
    CHECK(test.send("/a 60 3601.0").empty());
    CHECK(test.wait(10).empty());
}

TEST_CASE("a length of nothing is a millisecond, so that the note-off comes after its note-on") {
    route_case test(for_argument);

    CHECK(test.send("/a 60 0.0") == strings{"MIDI note_on 1 60 100"});
    CHECK(test.wait(5) == strings{"+1ms MIDI note_off 1 60 64"});
}

TEST_CASE("a note that is late has its full length") {
    route_case test(for_argument);

    CHECK(test.send("/a 60 0.02", in_ms(test, -500)) == strings{"MIDI note_on 1 60 100"});
    CHECK(test.wait(50) == strings{"+20ms MIDI note_off 1 60 64"});
}

TEST_CASE("a note begun anew is ended first, and the note-off of the earlier one does not cut it") {
    route_case test(for_argument);
    static_cast<void>(test.send("/a 60 0.02"));
    static_cast<void>(test.wait(10));

    CHECK(test.send("/a 60 0.05") == strings{"MIDI note_off 1 60 64", "MIDI note_on 1 60 100"});
    CHECK(test.wait(100) == strings{"+50ms MIDI note_off 1 60 64"});

    CHECK(test.flow.dropped_as(dropped::outdated) == 1);
}

TEST_CASE("a short note inside a long one ends it, and the long one's note-off is not sent") {
    route_case test(for_argument);
    static_cast<void>(test.send("/a 60 0.1"));
    static_cast<void>(test.wait(10));

    static_cast<void>(test.send("/a 60 0.005"));

    CHECK(test.wait(200) == strings{"+5ms MIDI note_off 1 60 64"});
}

TEST_CASE("notes that follow one another exactly each have their own note-off") {
    route_case test(for_argument);
    for (const std::int64_t ms : {10, 20, 30}) {
        CHECK(test.send("/a 60 0.01", in_ms(test, ms)).empty());
    }

    CHECK(test.wait(60) == strings{"+10ms MIDI note_on 1 60 100", "+20ms MIDI note_off 1 60 64",
                                   "+20ms MIDI note_on 1 60 100", "+30ms MIDI note_off 1 60 64",
                                   "+30ms MIDI note_on 1 60 100", "+40ms MIDI note_off 1 60 64"});
    CHECK(test.flow.dropped_as(dropped::outdated) == 0);
}

TEST_CASE("notes scheduled out of order are ended as they sound") {
    route_case test(for_argument);
    CHECK(test.send("/a 60 0.01", in_ms(test, 20)).empty());
    CHECK(test.send("/a 60 0.015", in_ms(test, 10)).empty());

    CHECK(test.wait(60) == strings{"+10ms MIDI note_on 1 60 100", "+20ms MIDI note_off 1 60 64",
                                   "+20ms MIDI note_on 1 60 100", "+30ms MIDI note_off 1 60 64"});
}

TEST_CASE("a whole note that is late at once is sent on and off, in that order") {
    route_case test(for_argument);
    CHECK(test.send("/a 60 0.01", in_ms(test, 10)).empty());
    CHECK(test.send("/a 60 0.01", in_ms(test, 15)).empty());
    CHECK(test.send("/a 62 0.01", in_ms(test, 15)).empty());

    test.flow.clock.advance_ns(100 * ms_ns);
    test.flow.drain();

    std::vector<std::string> said;
    for (const auto& each : test.flow.sink().records) {
        said.push_back(write_event(each.protocol, each.bytes));
    }
    CHECK(said == strings{"MIDI note_on 1 60 100", "MIDI note_off 1 60 64", "MIDI note_on 1 60 100",
                          "MIDI note_on 1 62 100", "MIDI note_off 1 60 64",
                          "MIDI note_off 1 62 64"});
    CHECK(test.flow.output().notes_sounding == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("the same note on another channel is another note") {
    route_case test(route(R"(as = { note = "$1", for = "$2", channel = "$3" })"));
    static_cast<void>(test.send("/a 60 0.02 1"));
    static_cast<void>(test.wait(5));

    CHECK(test.send("/a 60 0.02 2") == strings{"MIDI note_on 2 60 100"});
    CHECK(test.wait(50) == strings{"+15ms MIDI note_off 1 60 64", "+20ms MIDI note_off 2 60 64"});
}

TEST_CASE("a note without a length that begins anew is not cut by the earlier one's end") {
    route_case test(for_argument + plain);
    static_cast<void>(test.send("/a 60 0.02"));
    static_cast<void>(test.wait(10));

    CHECK(test.send("MIDI note_on 1 60 90") ==
          strings{"MIDI note_off 1 60 64", "MIDI note_on 1 60 90"});
    CHECK(test.wait(100).empty());
    CHECK(test.flow.output().notes_sounding == 1);
}

TEST_CASE("a note that was switched off already is not switched off again") {
    route_case test(for_argument + plain);
    static_cast<void>(test.send("/a 60 0.02"));

    CHECK(test.send("MIDI note_off 1 60 0") == strings{"MIDI note_off 1 60 0"});
    CHECK(test.wait(50).empty());
    CHECK(test.flow.dropped_as(dropped::outdated) == 1);
}

TEST_CASE("a note that is taken back before it sounds has no note-off") {
    route_case test(for_argument);
    stamp with = in_ms(test, 10);
    with.tag = 7;
    CHECK(test.send("/a 60 0.02", with).empty());

    CHECK(test.flow.in.cancel(0, 7) == 1);

    CHECK(test.wait(100).empty());
    CHECK(test.flow.dropped_as(dropped::outdated) == 1);
}

TEST_CASE("a note that is taken back while it sounds is ended all the same") {
    route_case test(for_argument);
    static_cast<void>(test.send("/a 60 0.02", {.tag = 7}));

    CHECK(test.flow.in.cancel(0, 7) == 0);

    CHECK(test.wait(50) == strings{"+20ms MIDI note_off 1 60 64"});
}

TEST_CASE("where there is no room for the note-off the note is not begun") {
    route_case test(for_argument);
    const std::uint16_t small = 1;
    tactus::flow::output_settings settings;
    settings.limits.pending = {20, 1 << 20};
    settings.limits.policy = tactus::flow::when_full::refuse;
    REQUIRE(test.flow.out.add_output(settings).value() == small);
    test.flow.sinks.push_back(std::make_unique<tactus::testing::recording_sink>(test.flow.clock));
    test.flow.choices.push_back({.protocols = route_case::midi});
    test.flow.attach(small);
    const std::array<std::uint8_t, 3> note = {0x90, 60, 100};
    tactus::flow::delivery what;
    what.source.bytes = std::as_bytes(std::span(note));
    what.source.protocol = TACTUS_PROTO_MIDI;
    what.due_ns = test.flow.clock.now_ns() + ms_ns;

    for (int i = 0; i < 30; ++i) {
        test.flow.out.enqueuer().deliver_note(small, what, 10 * ms_ns);
    }

    const auto counted = test.flow.output(small);
    CHECK(counted.ledger.accepted_by.total() == 60);
    CHECK(counted.pending == 18); // nine notes and their ends; the reserve is for ends of others
    test.flow.clock.advance_ns(100 * ms_ns);
    test.flow.drain();
    CHECK(test.flow.output(small).notes_sounding == 0);
    CHECK(test.flow.output(small).pending == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("a full sink keeps the order of a note begun anew") {
    route_case test(for_argument);
    static_cast<void>(test.send("/a 60 0.05"));
    static_cast<void>(test.wait(10));

    test.flow.sink().room = 0;
    CHECK(test.send("/a 60 0.05").empty());
    test.flow.sink().room = 1;
    test.flow.out.connections().writable(0);
    static_cast<void>(test.wait(1));
    test.flow.sink().room = tactus::testing::recording_sink::endless;
    test.flow.out.connections().writable(0);

    CHECK(test.wait(1) == strings{"+1ms MIDI note_on 1 60 100"});
    CHECK(test.wait(100) == strings{"+48ms MIDI note_off 1 60 64"});
    CHECK(test.flow.balanced());
}

TEST_CASE("a note-on that the device refuses leaves no note-off behind") {
    route_case test(for_argument);
    test.flow.sink().judge = [](const tactus_event&) { return TACTUS_E_IO; };
    CHECK(test.send("/a 60 0.02").empty());
    test.flow.sink().judge = nullptr;

    CHECK(test.wait(50).empty());
    CHECK(test.flow.dropped_as(dropped::output_error) == 1);
    CHECK(test.flow.dropped_as(dropped::outdated) == 1);
}

TEST_CASE("a silence ends the note, and its own note-off is not wanted any more") {
    route_case test(for_argument);
    static_cast<void>(test.send("/a 60 0.02"));

    test.flow.out.silencer().silence(0, tactus::flow::silence_cause::stop);
    CHECK(test.wait(50) == strings{"+1ms MIDI note_off 1 60 64"});
    CHECK(test.flow.output().notes_sounding == 0);
}

TEST_CASE("an input that can wait is asked to while there is no room for both") {
    route_case test(for_argument);
    const noted_event note = read_event("/a 60 10.0");
    tactus::flow::ingress::answer answer;
    std::uint64_t emitted = 0;
    do {
        answer = test.flow.emit(note.protocol, note.bytes, in_ms(test, 1000), 0);
        ++emitted;
    } while (answer.status == TACTUS_OK && emitted < 200'000);

    CHECK(answer.status == TACTUS_E_AGAIN);
    CHECK(test.flow.output().ledger.dropped_by.total() == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE(
    "what a plugin sees of flags is what plugins know, also of notes that end by themselves") {
    route_case test(for_argument);
    constexpr int known = TACTUS_EVENT_CRITICAL | TACTUS_EVENT_TIMED | TACTUS_EVENT_NO_SYSEX;
    int seen = 0;
    int unknown = 0;
    test.flow.sink().on_taken = [&](const tactus_event& event) {
        ++seen;
        unknown += (event.flags & ~known) != 0 ? 1 : 0;
    };
    static_cast<void>(test.send("/a 60 0.02"));
    static_cast<void>(test.wait(50));

    CHECK(seen == 2);
    CHECK(unknown == 0);
}
