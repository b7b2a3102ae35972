// SPDX-License-Identifier: MIT
// The room that is kept is for the ends of what sounds, or will: an end of nothing is no better
// than any event, and the end of what sounds is never refused.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::uint64_t room = 200;
constexpr std::int64_t far_ns = 500'000 * ms_ns;

std::unique_ptr<flow_under_test> midi_flow(when_full policy, std::uint64_t events = room) {
    output_choice choice;
    choice.settings.limits = {{events, 1 << 30}, policy};
    choice.protocols = takes_midi;
    return simple_flow(choice);
}

wire::bytes pedal(int controller, int value, int channel = 0) {
    return {static_cast<std::uint8_t>(0xB0 | channel), static_cast<std::uint8_t>(controller),
            static_cast<std::uint8_t>(value)};
}

void send_all(flow_under_test& flow, int count, std::int64_t ahead_ns, int first_note,
              bool on = false) {
    for (int i = 0; i < count; ++i) {
        const int note = first_note + i % (128 - first_note);
        static_cast<void>(flow.emit_midi(on ? note_on(note, i / 128 % 16) : note_off(note, i / 128),
                                         {.due_ns = flow.clock.now_ns() + ahead_ns}));
    }
}

} // namespace

TEST_CASE("far ends of nothing fill no reserve, and what sounds ends") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const auto flow = midi_flow(policy);
    send_all(*flow, 20, 0, 0, true);
    flow->run();
    REQUIRE(flow->output().notes_sounding == 20);

    send_all(*flow, 2 * static_cast<int>(room), far_ns, 20);
    CHECK(flow->output().pending == room - room / 10);

    send_all(*flow, 20, 0, 0);
    flow->run();
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("far ends of what sounds do not keep its end at once from it") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const auto flow = midi_flow(policy);
    send_all(*flow, 20, 0, 0, true);
    flow->run();

    for (int i = 0; i < 100; ++i) { // of those that sound, again and again
        send_all(*flow, 20, far_ns, 0);
    }
    CHECK(flow->output().pending <= room);
    send_all(*flow, 20, 0, 0);
    flow->run();

    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("more ends than there is room for pass where each ends what sounds, and no more") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const auto flow = midi_flow(policy, 300);
    for (int i = 0; i < 100; ++i) {
        send_all(*flow, 1, 0, i, true);
        flow->run();
    }
    REQUIRE(flow->output().notes_sounding == 100);
    send_all(*flow, 1000, far_ns, 100);
    const std::uint64_t before = flow->output().pending;

    // A second ahead: all of them wait at a time.
    for (int i = 0; i < 10; ++i) {
        send_all(*flow, 100, 900 * ms_ns, 0);
    }
    CHECK(flow->output().pending >= before + 100);
    CHECK(flow->output().pending <= before + 100 + 30); // the reserve, for those that were let in

    flow->advance_by(900 * ms_ns);
    flow->drain();
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a pedal goes up in a full queue") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const int controller = GENERATE(64, 66, 69);
    const auto flow = midi_flow(policy);
    static_cast<void>(flow->emit_midi(pedal(controller, 127)));
    static_cast<void>(flow->emit_midi(note_on(60)));
    flow->run();
    send_all(*flow, 1000, far_ns, 0);
    REQUIRE(flow->out.sounding_count().to_end(0) == 2);

    static_cast<void>(flow->emit_midi(pedal(controller, 0)));
    static_cast<void>(flow->emit_midi(note_off(60)));
    flow->run();

    CHECK(flow->out.sounding_count().to_end(0) == 0);
    CHECK(flow->balanced());
}

TEST_CASE("the end of a note that waits may use the reserve, once") {
    const auto flow = midi_flow(when_full::refuse);
    send_all(*flow, 20, 10 * ms_ns, 0, true);
    send_all(*flow, 1000, far_ns, 20);
    REQUIRE(flow->output().pending == 180);

    send_all(*flow, 20, 20 * ms_ns, 0);
    CHECK(flow->output().pending == 200);
    send_all(*flow, 20, 20 * ms_ns, 0);
    CHECK(flow->output().pending == 200);

    flow->advance_by(10 * ms_ns);
    CHECK(flow->output().notes_sounding == 20);
    flow->advance_by(10 * ms_ns);
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a note that ends by itself needs no reserve: it begins only where its end has room") {
    const auto flow = midi_flow(when_full::refuse);
    midi_maker notes;
    notes.makes = midi_maker::form::note;
    notes.note = *expression::compile("$1");
    notes.length = *expression::compile("500");
    route made{{0}, std::nullopt, {0}};
    made.as = translation{notes};
    flow->configure(router({std::move(made)}));

    for (int i = 0; i < 300; ++i) {
        static_cast<void>(flow->emit_osc(osc("/n", i % 128)));
        flow->run();
    }

    CHECK(flow->output().pending <= 180);
    CHECK(flow->output().notes_sounding > 0);
    CHECK(flow->balanced());
}

TEST_CASE("an end that passes does so once a second, and no far one does") {
    const auto flow = midi_flow(when_full::refuse, 20);
    static_cast<void>(flow->emit_midi(note_on(60)));
    flow->run();
    send_all(*flow, 1, far_ns, 60); // it is owed to the note that sounds
    send_all(*flow, 100, far_ns, 0);
    const std::uint64_t full = flow->output().pending;

    send_all(*flow, 1, 1001 * ms_ns, 60);
    CHECK(flow->output().pending == full);
    for (int i = 0; i < 5; ++i) {
        send_all(*flow, 1, 1000 * ms_ns, 60);
    }
    CHECK(flow->output().pending == full + 1);
    flow->clock.advance_ns(999 * ms_ns);
    send_all(*flow, 1, 0, 60);
    CHECK(flow->output().pending == full + 1);
    flow->advance_by(ms_ns);
    flow->drain();

    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}
