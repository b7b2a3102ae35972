// SPDX-License-Identifier: MIT
// What ends a note or a pedal that was let in passes every limit: rate, max_ahead, lateness, room.
// At most one end for each; everything else is judged as any event is.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

std::unique_ptr<flow_under_test> limited_flow(double rate_per_s, const output_choice& choice) {
    auto flow = std::make_unique<flow_under_test>();
    static_cast<void>(flow->add_input(rate_per_s));
    static_cast<void>(flow->add_output(choice));
    flow->route_all();
    return flow;
}

output_choice midi() {
    return {.protocols = takes_midi};
}
wire::bytes osc_note(std::string_view address, int note, int velocity) {
    wire::bytes message(address.begin(), address.end());
    message.resize(message.size() / 4 * 4 + 4);
    message = message + wire::raw(",iii\0\0\0\0");
    message.resize(message.size() / 4 * 4);
    for (const int each : {1, note, velocity}) {
        message = message + wire::big_endian(static_cast<std::uint32_t>(each), 4);
    }
    return message;
}

} // namespace

TEST_CASE("beyond the rate each note that was let in still gets its end, and one only") {
    const auto flow = limited_flow(100, midi());
    for (int i = 0; i < 100; ++i) {
        static_cast<void>(flow->emit_midi(note_on(i)));
    }
    const bool have_left = GENERATE(true, false);
    if (have_left) {
        flow->drain();
        REQUIRE(flow->output().notes_sounding == 100);
    }

    for (int times = 0; times < 3; ++times) {
        for (int i = 0; i < 128; ++i) {
            static_cast<void>(flow->emit_midi(note_off(i)));
        }
    }
    flow->drain();

    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->sink().records.size() == 200);
    CHECK(flow->rejected_as(rejected::rate) == 3 * 128 - 100);
    CHECK(flow->balanced());
}

TEST_CASE("two notes of one key that wait both get their end beyond the rate") {
    const auto flow = limited_flow(2, midi());
    const std::int64_t now_ns = flow->clock.now_ns();
    static_cast<void>(flow->emit_midi(note_on(60), {.due_ns = now_ns + 10 * ms_ns}));
    static_cast<void>(flow->emit_midi(note_on(60), {.due_ns = now_ns + 30 * ms_ns}));

    static_cast<void>(flow->emit_midi(note_off(60), {.due_ns = now_ns + 20 * ms_ns}));
    static_cast<void>(flow->emit_midi(note_off(60), {.due_ns = now_ns + 40 * ms_ns}));
    static_cast<void>(flow->emit_midi(note_off(60), {.due_ns = now_ns + 50 * ms_ns}));
    for (int i = 0; i < 6; ++i) {
        flow->advance_by(10 * ms_ns);
    }

    CHECK(flow->sink().records.size() == 4);
    CHECK(flow->rejected_as(rejected::rate) == 1);
    CHECK(flow->output().notes_sounding == 0);
}

TEST_CASE("a note that is struck again and again while it sounds is owed one end") {
    const auto flow = limited_flow(50, midi());
    for (int i = 0; i < 50; ++i) {
        static_cast<void>(flow->emit_midi(note_on(36)));
        flow->drain();
    }

    for (int i = 0; i < 50; ++i) {
        static_cast<void>(flow->emit_midi(note_off(36)));
    }

    CHECK(flow->rejected_as(rejected::rate) == 49);
    flow->drain();
    CHECK(flow->output().notes_sounding == 0);
}

TEST_CASE("pedals, channels and notes written as OSC end beyond the rate, too") {
    const auto flow = limited_flow(4, midi());
    static_cast<void>(flow->emit_osc(osc_note("/synth/note_on", 60, 100)));
    static_cast<void>(flow->emit_midi(wire::hex("B0 40 7F")));
    static_cast<void>(flow->emit_midi(note_on(61, 3)));
    static_cast<void>(flow->emit_midi(note_on(62, 3)));

    static_cast<void>(flow->emit_osc(osc_note("/synth/note_on", 60, 0)));
    static_cast<void>(flow->emit_midi(wire::hex("B0 40 00")));
    static_cast<void>(flow->emit_midi(wire::hex("B3 7B 00")));
    static_cast<void>(flow->emit_midi(wire::hex("B3 7B 00"))); // nothing is left to end
    static_cast<void>(flow->emit_osc(osc_note("/synth/note_on", 65, 100)));
    static_cast<void>(flow->emit_osc(osc("/other")));
    flow->drain();

    CHECK(flow->rejected_as(rejected::rate) == 3);
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->out.sounding_count().to_end(0) == 0);
    CHECK(flow->balanced());
}

TEST_CASE("an end that a route makes passes beyond the rate") {
    const auto flow = limited_flow(1, midi());
    midi_maker notes;
    notes.makes = midi_maker::form::note;
    notes.note = *expression::compile("$2 + 12");
    notes.velocity = *expression::compile("$3");
    route own{{0}, std::nullopt, {0}};
    own.as = translation{notes};
    const bool is_gated = GENERATE(false, true);
    own.gate = {is_gated ? 50 * ms_ns : 0, is_gated};
    std::vector<route> routes;
    routes.push_back(std::move(own));
    flow->configure(router(std::move(routes)));

    static_cast<void>(flow->emit_osc(osc_note("/key", 60, 100)));
    static_cast<void>(flow->emit_osc(osc_note("/key", 61, 100)));
    static_cast<void>(flow->emit_osc(osc_note("/key", 60, 0)));
    flow->drain();

    CHECK(flow->rejected_as(rejected::rate) == 1);
    CHECK(flow->sink().payloads() ==
          std::vector<std::string>{text(wire::hex("90 48 64")), flow->sink().records.back().bytes});
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("what ends something is never too late, what begins is") {
    output_choice choice = midi();
    choice.settings.late = late_policy::drop;
    const bool is_osc = GENERATE(false, true);
    choice.protocols = is_osc ? takes_osc : takes_midi;
    const auto flow = simple_flow(choice);
    flow->clock.advance_ns(5000 * ms_ns);
    static_cast<void>(flow->emit_midi(wire::hex("B0 40 7F")));
    static_cast<void>(flow->emit_midi(note_on(60)));
    flow->drain();

    const wire::bytes end =
        GENERATE(wire::hex("B0 40 00"), wire::hex("B0 42 00"), wire::hex("B0 7B 00"),
                 wire::hex("B0 78 00"), note_off(60), note_off(61));
    const stamp past{.due_ns = flow->clock.now_ns() - 1000 * ms_ns,
                     .received_ns = flow->clock.now_ns() - 1000 * ms_ns};
    static_cast<void>(flow->emit_midi(end, past));
    static_cast<void>(flow->emit_midi(wire::hex("B0 40 01"), past));
    static_cast<void>(flow->emit_midi(note_on(62), past));
    flow->drain();

    CHECK(flow->sink().records.size() == 3);
    CHECK(flow->dropped_as(dropped::too_late) == 2);
    CHECK(flow->balanced());
}

TEST_CASE("an end owed at one port is owed at no other") {
    const auto flow = limited_flow(1, midi());
    const std::uint32_t other = flow->add_port(0, "other");
    REQUIRE(other != 0);
    static_cast<void>(flow->emit_midi(note_on(60), {.port = flow->fan.names().intern("port")}));

    static_cast<void>(flow->emit_midi(note_off(60), {.port = flow->fan.names().intern("other")}));
    CHECK(flow->rejected_as(rejected::rate) == 1);
    static_cast<void>(flow->emit_midi(note_off(60), {.port = flow->fan.names().intern("port")}));
    CHECK(flow->rejected_as(rejected::rate) == 1);
}

TEST_CASE("what an input calls critical is never too late either") {
    output_choice choice{.protocols = takes_osc};
    choice.settings.late = late_policy::drop;
    const auto flow = simple_flow(choice);
    flow->clock.advance_ns(5000 * ms_ns);
    stamp past{.due_ns = flow->clock.now_ns() - 1000 * ms_ns,
               .received_ns = flow->clock.now_ns() - 1000 * ms_ns};
    static_cast<void>(flow->emit_osc(osc("/a"), past));
    past.flags = TACTUS_EVENT_CRITICAL;
    static_cast<void>(flow->emit_osc(osc("/b"), past));
    flow->drain();

    REQUIRE(flow->sink().records.size() == 1);
    CHECK(flow->sink().records[0].bytes == text(osc("/b")));
    CHECK(flow->dropped_as(dropped::too_late) == 1);
}

TEST_CASE("an output sees no flag that is the queue's own") {
    const auto flow = simple_flow(midi());
    const stamp later{.due_ns = flow->clock.now_ns() + ms_ns, .tag = 7};
    static_cast<void>(flow->emit_midi(note_on(60), later));
    static_cast<void>(flow->emit_midi(wire::hex("F8"), later)); // real-time
    delivery with_end;
    const wire::bytes note = note_on(61);
    with_end.due_ns = later.due_ns;
    with_end.source.bytes = std::as_bytes(std::span(note));
    with_end.source.protocol = TACTUS_PROTO_MIDI;
    flow->out.enqueuer().deliver_note(0, with_end, ms_ns);
    flow->clock.advance_ns(5 * ms_ns);
    flow->drain();

    REQUIRE(flow->sink().records.size() == 4);
    for (const auto& each : flow->sink().records) {
        CHECK((each.flags & ~(TACTUS_EVENT_CRITICAL | TACTUS_EVENT_TIMED)) == 0);
    }
}
