// SPDX-License-Identifier: MIT
// What the operator has muted: inputs and outputs. Their notes end at once, what comes is counted
// under its own reason, ends that are owed pass, and the ledgers stay exact.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// Two inputs, each to both of two MIDI outputs.
struct muted_flow {
    explicit muted_flow(const output_choice& choice = {.protocols = takes_midi}) {
        flow.settings.panic_address = "/panic";
        flow.add_input();
        flow.add_input();
        flow.add_output(choice);
        flow.add_output(choice);
        flow.route_all();
    }
    void play(const wire::bytes& midi, std::uint16_t input = 0, const stamp& with = {}) {
        static_cast<void>(flow.emit(TACTUS_PROTO_MIDI, midi, with, droppable, input));
        flow.drain();
    }
    [[nodiscard]] std::size_t sent(std::uint16_t output = 0) {
        return flow.output(output).ledger.sent;
    }
    [[nodiscard]] std::uint32_t sounding(std::uint16_t output = 0) {
        return flow.output(output).notes_sounding;
    }

    flow_under_test flow;
};

const wire::bytes clock_tick = {0xF8};
const wire::bytes volume = {0xB0, 7, 100};

} // namespace

TEST_CASE("a muted output is silent at once, and the other goes on") {
    muted_flow test;
    test.play(note_on(60));
    test.play({0xB0, 64, 127});

    test.flow.out.mute(0, true);
    test.flow.drain();

    CHECK(test.sounding(0) == 0);
    CHECK(test.sounding(1) == 1);
    CHECK(test.flow.output(0).ledger.silenced_by.of(silence_cause::operator_) == 1);
    CHECK(test.flow.output(0).ledger.accepted_by.of(origin::silence) == 2); // the pedal, too
    test.play(note_on(62));
    CHECK(test.sounding(0) == 0);
    CHECK(test.sounding(1) == 2);
    CHECK(test.flow.dropped_as(dropped::muted, 0) == 1);
    CHECK(test.flow.dropped_as(dropped::muted, 1) == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("a muted output takes back what waits, and drops what is due while it is muted") {
    muted_flow test;
    const std::int64_t now_ns = test.flow.clock.now_ns();
    test.play(volume, 0, {.due_ns = now_ns + 10 * ms_ns});
    test.play(volume, 0, {.due_ns = now_ns + 30 * ms_ns});

    test.flow.out.mute(0, true);
    CHECK(test.flow.dropped_as(dropped::muted, 0) == 2);
    CHECK(test.flow.output(0).pending == 0);
    test.play(volume, 0, {.due_ns = now_ns + 10 * ms_ns});
    test.play(volume, 0, {.due_ns = now_ns + 40 * ms_ns});
    test.flow.advance_by(20 * ms_ns);
    CHECK(test.flow.dropped_as(dropped::muted, 0) == 3);
    test.flow.out.mute(0, false);
    test.flow.advance_by(30 * ms_ns);

    CHECK(test.sent(0) == 1);
    CHECK(test.sent(1) == 4);
    CHECK(test.flow.balanced());
}

TEST_CASE("a muted input takes back what it has scheduled, and nothing of another; ends stay") {
    muted_flow test;
    const std::int64_t now_ns = test.flow.clock.now_ns();
    test.play(note_on(60), 0);
    test.play(note_off(60), 0, {.due_ns = now_ns + 20 * ms_ns});
    test.play(note_on(62), 0, {.due_ns = now_ns + 10 * ms_ns});
    test.play(volume, 0, {.due_ns = now_ns + 10 * ms_ns, .flags = TACTUS_EVENT_CRITICAL});
    test.play(clock_tick, 0, {.due_ns = now_ns + 10 * ms_ns});
    test.play(volume, 1, {.due_ns = now_ns + 10 * ms_ns});

    test.flow.in.mute(0, true);
    CHECK(test.flow.dropped_as(dropped::muted, 0) == 2);
    CHECK(test.flow.output(0).pending == 4); // with the end that the mute has sent
    test.flow.in.mute(0, false);
    test.flow.advance_by(10 * ms_ns);
    test.flow.drain();

    CHECK(test.sounding() == 0);
    CHECK(test.sent() == 4); // the note, its end, the clock, and what the other scheduled
    test.play(volume, 0);
    CHECK(test.sent() == 5);
    test.flow.advance_by(20 * ms_ns);
    CHECK(test.sent() == 6); // the note-off
    CHECK(test.flow.balanced());
}

TEST_CASE("a mute takes back more than fits in a step, and what it misses is dropped when due") {
    muted_flow test;
    const std::int64_t now_ns = test.flow.clock.now_ns();
    constexpr int waiting = 20'000;
    for (int i = 0; i < waiting; ++i) { // later ones first: each goes to the top
        static_cast<void>(test.flow.emit(TACTUS_PROTO_MIDI, volume,
                                         {.due_ns = now_ns + (waiting - i) * 1'000}, droppable, 0));
    }
    const bool is_disturbed = GENERATE(false, true);

    test.flow.in.mute(0, true);
    CHECK(test.flow.output(0).pending > 0);
    int events = 0;
    while (test.flow.out.tidy()) {
        if (is_disturbed) { // the other input's come first of all
            static_cast<void>(test.flow.emit(TACTUS_PROTO_MIDI, volume,
                                             {.due_ns = now_ns + 1 + events}, droppable, 1));
            ++events;
        }
    }
    if (!is_disturbed) {
        CHECK(test.flow.output(0).pending == 0);
        CHECK(test.flow.output(1).pending == 0);
    }
    test.flow.in.mute(0, false);
    for (int i = 0; i < 100; ++i) {
        test.flow.advance_by(waiting * 10);
        test.flow.drain();
        static_cast<void>(test.flow.out.tidy());
    }

    CHECK(test.sent(0) == static_cast<std::size_t>(events));
    CHECK(test.sent(1) == static_cast<std::size_t>(events));
    const auto dropped_by_both = [&](dropped why) {
        return test.flow.dropped_as(why, 0) + test.flow.dropped_as(why, 1);
    };
    CHECK(dropped_by_both(dropped::muted) + dropped_by_both(dropped::queue_full) == 2U * waiting);
    CHECK_FALSE(test.flow.out.mutes().has_retractions());
    CHECK(test.flow.balanced());
}

TEST_CASE("what a muted input had waiting leaves room for others at once") {
    muted_flow test({.settings = {.limits = {{64, 1 << 20}}}, .protocols = takes_midi});
    test.flow.route_all();
    const std::int64_t now_ns = test.flow.clock.now_ns();
    for (int i = 0; i < 200; ++i) {
        test.play(volume, 0, {.due_ns = now_ns + 1000 * ms_ns});
    }
    REQUIRE(test.flow.dropped_as(dropped::queue_full, 0) > 0);
    const std::uint64_t full = test.flow.dropped_as(dropped::queue_full, 0);

    test.flow.in.mute(0, true);
    test.flow.in.mute(0, false);
    test.play(volume, 0, {.due_ns = now_ns + 1000 * ms_ns});

    CHECK(test.flow.dropped_as(dropped::queue_full, 0) == full);
    CHECK(test.flow.output(0).pending == 1);
    CHECK(test.flow.balanced());
}

TEST_CASE("MIDI real-time passes a muted output and a muted input, for receivers count it") {
    muted_flow test;
    test.flow.out.mute(0, true);
    test.flow.in.mute(0, true);

    test.play(clock_tick);

    CHECK(test.sent(0) == 1);
    CHECK(test.sent(1) == 1);
    CHECK(test.flow.balanced());
}

TEST_CASE("a muted input is refused, and the notes that only it holds end at once") {
    muted_flow test;
    test.play(note_on(60), 0);
    test.play(note_on(62), 1);
    test.play(note_on(64), 0);
    test.play(note_on(64), 1); // both hold it

    test.flow.in.mute(0, true);
    test.flow.drain();

    CHECK(test.sounding() == 2);
    test.play(note_on(65), 0);
    test.play(volume, 0);
    CHECK(test.sounding() == 2);
    CHECK(test.flow.rejected_as(rejected::muted, 0) == 2);
    test.play(note_on(65), 1);
    CHECK(test.sounding() == 3);
    CHECK(test.flow.rejected_as(rejected::muted, 1) == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("an end that a muted input still owes is not lost") {
    muted_flow test;
    test.flow.settings.max_ahead_ns = 1000 * ms_ns;
    test.flow.route_all();
    const std::int64_t now_ns = test.flow.clock.now_ns();
    test.play(note_on(64), 0);
    test.play(note_on(64), 1); // shared: a mute of either leaves it
    test.flow.in.mute(1, true);
    REQUIRE(test.sounding() == 1);

    SECTION("the note-off of the muted one") {
        test.play(note_off(64), 1);
        CHECK(test.flow.rejected_as(rejected::muted, 1) == 0);
    }
    SECTION("a note-off that came before the mute, and is due after it") {
        test.flow.in.mute(1, false);
        test.play(note_off(64), 1, {.due_ns = now_ns + 10 * ms_ns});
        test.flow.in.mute(1, true);
        test.flow.advance_by(20 * ms_ns);
    }
    SECTION("the note-off of the other") {
        test.play(note_off(64), 0);
    }

    CHECK(test.sounding() == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("a note-off of a muted input that ends nothing is refused") {
    muted_flow test;
    test.play(note_on(60));
    test.flow.in.mute(0, true);
    test.flow.drain();
    REQUIRE(test.sounding() == 0);
    const std::size_t before = test.sent();

    test.play(note_off(60)); // the key is released; its note has ended

    CHECK(test.sent() == before);
    CHECK(test.flow.rejected_as(rejected::muted) == 1);
    CHECK(test.flow.balanced());
}

TEST_CASE("what a muted input has scheduled is dropped when due, except what ends notes") {
    muted_flow test;
    const std::int64_t now_ns = test.flow.clock.now_ns();
    test.play(note_on(60), 0, {.due_ns = now_ns + 10 * ms_ns});
    test.play(note_on(61), 1, {.due_ns = now_ns + 10 * ms_ns});
    test.play(note_off(61), 1, {.due_ns = now_ns + 20 * ms_ns});

    test.flow.in.mute(0, true);
    test.flow.advance_by(10 * ms_ns);

    CHECK(test.sounding() == 1);
    CHECK(test.flow.dropped_as(dropped::muted, 0) == 1);
    CHECK(test.flow.dropped_as(dropped::muted, 1) == 1);
    test.flow.advance_by(10 * ms_ns);
    CHECK(test.sounding() == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("after a mute everything is as before it") {
    muted_flow test;
    test.flow.in.mute(0, true);
    test.flow.out.mute(0, true);
    test.play(note_on(60));
    test.flow.in.mute(0, false);
    test.flow.out.mute(0, false);

    test.play(note_on(60));
    CHECK(test.sounding(0) == 1);
    CHECK(test.sounding(1) == 1);
    test.play(note_off(60));

    CHECK(test.sounding(0) == 0);
    CHECK(test.sounding(1) == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("a panic comes through a muted input, to muted outputs") {
    muted_flow test;
    test.play(note_on(60), 1);
    test.flow.in.mute(0, true);
    test.flow.out.mute(0, true);

    static_cast<void>(test.flow.emit_osc(osc("/panic")));
    test.flow.drain();

    CHECK(test.sounding(1) == 0);
    CHECK(test.flow.rejected_as(rejected::muted) == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("a note that began at a port which is away ends when it comes back, muted or not") {
    muted_flow test;
    test.play(note_on(60));
    test.flow.set_up(0, 1, false);

    test.flow.out.mute(0, true);
    test.flow.set_up(0, 1, true);
    test.flow.drain();

    CHECK(test.sounding(0) == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("a worker's notes end with a mute, also those that it has not sent yet") {
    muted_flow test({.protocols = takes_midi, .ahead_ns = 2 * ms_ns, .is_deferred = true});
    const std::int64_t now_ns = test.flow.clock.now_ns();
    test.play(note_on(60));
    test.play(note_on(62), 0, {.due_ns = now_ns + ms_ns}); // handed over ahead of its time

    test.flow.in.mute(0, true);
    test.flow.drain();
    for (std::size_t i = 0; i < test.flow.sinks.size(); ++i) {
        test.flow.sinks[i]->finish(test.flow.sinks[i]->unfinished.size());
    }

    CHECK(test.sounding(0) == 0);
    CHECK(test.sounding(1) == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("a SysEx in parts is cut off when its input or its output is muted") {
    muted_flow test({.protocols = takes_midi, .takes_parts = true});
    test.play({0xF0, 1, 2}, 0, {.flags = TACTUS_EVENT_SYSEX_PART});

    SECTION("the input") {
        test.flow.in.mute(0, true);
        test.play({3, 4}, 0, {.flags = TACTUS_EVENT_SYSEX_PART});
        CHECK(test.flow.rejected_as(rejected::muted) == 1);
    }
    SECTION("the output") {
        test.flow.out.mute(0, true);
        test.play({3, 4}, 0, {.flags = TACTUS_EVENT_SYSEX_PART});
        CHECK(test.flow.dropped_as(dropped::muted, 0) == 1);
    }

    test.flow.drain();
    CHECK(test.flow.sink(0).records.back().bytes == text({0xF7}));
    CHECK(test.flow.balanced());
}
