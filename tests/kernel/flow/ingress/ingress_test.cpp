// SPDX-License-Identifier: MIT
// What comes in well-formed: due times and translation. Ways are ingress_ways_test.cpp's, what is
// refused stands in ingress_refusal_test.cpp.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

std::vector<std::int64_t> due_times(const flow_under_test& flow, std::uint16_t output = 0) {
    std::vector<std::int64_t> all;
    for (const auto& record : flow.sinks[output]->records) {
        all.push_back(record.due_ns);
    }
    return all;
}

} // namespace

TEST_CASE("a message without a time leaves at once, due when it came") {
    const auto flow = simple_flow();

    REQUIRE(flow->emit_osc(osc("/a", 1)).accepted == 1);
    flow->run();

    REQUIRE(flow->sink().payloads() == std::vector<std::string>{text(osc("/a", 1))});
    REQUIRE(flow->sink().records[0].due_ns == flow->clock.now_ns());
    REQUIRE(flow->sink().records[0].flags == 0);
    REQUIRE(flow->ledger().routed == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("a message waits until it is due") {
    const auto flow = simple_flow();
    const std::int64_t due_ns = flow->clock.now_ns() + 5 * ms_ns;

    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = due_ns}));
    flow->advance_by(5 * ms_ns - 1);
    REQUIRE(flow->sink().records.empty());
    REQUIRE(flow->out.next_due_ns() == due_ns);
    flow->advance_by(1);

    REQUIRE(due_times(*flow) == std::vector<std::int64_t>{due_ns});
    REQUIRE(flow->sink().records[0].flags == TACTUS_EVENT_TIMED);
    REQUIRE(flow->balanced());
}

TEST_CASE("a bundle's time tag is its messages' due time") {
    const auto flow = simple_flow();
    const std::int64_t due_ns = flow->clock.now_ns() + 20 * ms_ns;

    static_cast<void>(
        flow->emit_osc(wire::bundle(flow->timebase.to_ntp(due_ns), {osc("/a", 1), osc("/b", 2)})));
    flow->advance_by(20 * ms_ns);

    REQUIRE(due_times(*flow) == std::vector<std::int64_t>{due_ns, due_ns});
    REQUIRE(flow->sink().payloads() ==
            std::vector<std::string>{text(osc("/a", 1)), text(osc("/b", 2))});
    REQUIRE(flow->ledger().received == 2);
    REQUIRE(flow->balanced());
}

TEST_CASE("each element of nested bundles is due at its own bundle's time") {
    const auto flow = simple_flow();
    const std::int64_t now_ns = flow->clock.now_ns();
    const auto tag = [&](std::int64_t in_ms) {
        return flow->timebase.to_ntp(now_ns + in_ms * ms_ns);
    };

    static_cast<void>(flow->emit_osc(wire::bundle(
        tag(10), {wire::bundle(tag(30), {osc("/c")}), osc("/a"),
                  wire::bundle(tag(20), {osc("/b"), wire::bundle(tag(40), {osc("/d")})})})));
    flow->advance_by(100 * ms_ns);

    REQUIRE(due_times(*flow) == std::vector<std::int64_t>{now_ns + 10 * ms_ns, now_ns + 20 * ms_ns,
                                                          now_ns + 30 * ms_ns,
                                                          now_ns + 40 * ms_ns});
    REQUIRE(flow->sink().payloads() == std::vector<std::string>{text(osc("/a")), text(osc("/b")),
                                                                text(osc("/c")), text(osc("/d"))});
    REQUIRE(flow->balanced());
}

TEST_CASE("the time tag for immediately means now") {
    const auto flow = simple_flow();

    static_cast<void>(flow->emit_osc(wire::bundle(1, {osc("/a")})));
    flow->run();

    REQUIRE(due_times(*flow) == std::vector<std::int64_t>{flow->clock.now_ns()});
    REQUIRE(flow->sink().records[0].flags == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("a due time of the event's own takes precedence over its bundle's") {
    const auto flow = simple_flow();
    const std::int64_t due_ns = flow->clock.now_ns() + 7 * ms_ns;

    static_cast<void>(flow->emit_osc(
        wire::bundle(flow->timebase.to_ntp(due_ns + 50 * ms_ns), {osc("/a")}), {.due_ns = due_ns}));
    flow->advance_by(7 * ms_ns);

    REQUIRE(due_times(*flow) == std::vector<std::int64_t>{due_ns});
    REQUIRE(flow->balanced());
}

TEST_CASE("equal time tags give equal due times in order of arrival") {
    const auto flow = simple_flow();
    const std::int64_t due_ns = flow->clock.now_ns() + 50 * ms_ns;
    const std::uint64_t tag = flow->timebase.to_ntp(due_ns);

    for (int i = 0; i < 5; ++i) {
        static_cast<void>(flow->emit_osc(wire::bundle(tag, {osc("/a", i)})));
        flow->clock.advance_ns(3 * ms_ns + 1);
        flow->clock.step_wall_ns(i % 2 == 0 ? 500'000 : -500'000); // a measurement's jitter
    }
    flow->advance_by(50 * ms_ns);

    REQUIRE(due_times(*flow) == std::vector<std::int64_t>(5, due_ns));
    REQUIRE(flow->sink().records[0].bytes == text(osc("/a", 0)));
    REQUIRE(flow->sink().records[4].bytes == text(osc("/a", 4)));
    REQUIRE(flow->balanced());
}

TEST_CASE("a step of the wall clock moves nothing that waits") {
    const auto flow = simple_flow();
    const std::int64_t due_ns = flow->clock.now_ns() + 50 * ms_ns;
    static_cast<void>(flow->emit_osc(wire::bundle(flow->timebase.to_ntp(due_ns), {osc("/a")})));

    flow->clock.step_wall_ns(3'600'000 * ms_ns);
    static_cast<void>(flow->emit_osc(osc("/now")));
    flow->advance_by(50 * ms_ns);

    REQUIRE(flow->sink().records.at(1).due_ns == due_ns);
    REQUIRE(flow->timebase.steps_forward() == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("an empty bundle is nothing received") {
    const auto flow = simple_flow();

    REQUIRE(flow->emit_osc(wire::bundle(1)).accepted == 1);

    REQUIRE(flow->ledger().received == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("what arrives after its due time is sent at once and counted late on arrival") {
    const auto flow = simple_flow();
    const std::int64_t now_ns = flow->clock.now_ns();

    static_cast<void>(flow->emit_osc(osc("/late"), {.due_ns = now_ns - 1}));
    static_cast<void>(flow->emit_osc(osc("/exact"), {.due_ns = now_ns}));
    flow->run();

    REQUIRE(flow->ledger().late_on_arrival == 1);
    REQUIRE(flow->sink().records.size() == 2);
    REQUIRE(flow->sink().records[0].due_ns == now_ns - 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("the lead of timed messages is recorded, and of no others") {
    const auto flow = simple_flow();
    const std::int64_t now_ns = flow->clock.now_ns();

    static_cast<void>(flow->emit_osc(osc("/untimed")));
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = now_ns + 3 * ms_ns}));
    static_cast<void>(flow->emit_osc(osc("/b"), {.due_ns = now_ns - 8 * ms_ns}));
    static_cast<void>(
        flow->emit_osc(osc("/c"), {.due_ns = now_ns, .received_ns = now_ns - 60 * ms_ns}));

    const input_snapshot taken = flow->in.take_snapshot(0);
    REQUIRE(taken.lead.count == 3);
    REQUIRE(taken.lead.sum_ns == 63 * ms_ns); // what is late has no lead
    REQUIRE(taken.lead.buckets[0] == 1);      // <= 1 ms
    REQUIRE(taken.lead.buckets[1] == 1);      // <= 5 ms
    REQUIRE(taken.lead.buckets[5] == 1);      // <= 100 ms
    REQUIRE(flow->balanced());
}

TEST_CASE("the arrival is what the transport stamped") {
    const auto flow = simple_flow();
    const std::int64_t arrival_ns = flow->clock.now_ns() - 4 * ms_ns;

    static_cast<void>(flow->emit_osc(osc("/a"), {.received_ns = arrival_ns}));
    flow->run();

    REQUIRE(flow->sink().records.at(0).received_ns == arrival_ns);
    REQUIRE(flow->sink().records[0].due_ns == arrival_ns);
    REQUIRE(flow->output().lateness.sum_ns == 4 * ms_ns);
    REQUIRE(flow->balanced());
}

TEST_CASE("an arrival in the future is taken for now") {
    const auto flow = simple_flow();
    const std::int64_t now_ns = flow->clock.now_ns();

    static_cast<void>(flow->emit_osc(osc("/a"), {.received_ns = now_ns + 1000 * ms_ns}));
    flow->run();

    REQUIRE(flow->sink().records.at(0).received_ns == now_ns);
    REQUIRE(flow->balanced());
}

TEST_CASE("times at the ends of their range do no harm") {
    const auto flow = simple_flow();
    constexpr std::int64_t least_ns = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t most_ns = std::numeric_limits<std::int64_t>::max();

    for (const std::int64_t due_ns : {least_ns, std::int64_t{-1}, std::int64_t{1}, most_ns}) {
        for (const std::int64_t received_ns : {least_ns, std::int64_t{-1}, most_ns}) {
            static_cast<void>(
                flow->emit_osc(osc("/a"), {.due_ns = due_ns, .received_ns = received_ns}));
        }
    }
    flow->run();

    REQUIRE(flow->rejected_as(rejected::too_far_ahead) == 3);
    REQUIRE(flow->ledger().late_on_arrival == 9);
    REQUIRE(flow->sink().records.size() == 9);
    REQUIRE(flow->balanced());
}

TEST_CASE("a message that no route wants is unrouted") {
    const auto flow = simple_flow();
    flow->configure(router({{{0}, *tactus::codec::osc_pattern::compile("/a"), {0}}}));

    static_cast<void>(flow->emit_osc(wire::bundle(1, {osc("/a"), osc("/b")})));

    REQUIRE(flow->ledger().routed == 1);
    REQUIRE(flow->ledger().unrouted_by.of(unrouted::no_route) == 1);
    REQUIRE(flow->output().pending == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("OSC becomes MIDI for an output that takes MIDI alone") {
    const auto flow = simple_flow({.protocols = takes_midi});
    const wire::bytes message =
        wire::raw("/note_on\0\0\0\0,iii\0\0\0") + wire::hex("00000001 0000003C 00000064");

    static_cast<void>(flow->emit_osc(message));
    flow->run();

    REQUIRE(flow->sink().records.at(0).bytes == text(wire::hex("90 3C 64")));
    REQUIRE(flow->sink().records[0].protocol == TACTUS_PROTO_MIDI);
    REQUIRE(flow->output().notes_sounding == 1);
    REQUIRE(flow->balanced());
}

namespace {

// /nrpn, channel 1, parameter 2, value 3: four control changes.
const wire::bytes nrpn =
    wire::raw("/nrpn\0\0\0,iii\0\0\0") + wire::hex("00000001 00000002 00000003");

output_choice midi_queue(std::uint64_t events, when_full policy) {
    output_choice choice;
    choice.protocols = takes_midi;
    choice.settings.limits = {{events, 1 << 20}, policy};
    return choice;
}

} // namespace

TEST_CASE("OSC that means several MIDI messages leaves as all of them, with nothing between") {
    const auto flow = simple_flow({.protocols = takes_midi});
    const stamp later = {.due_ns = flow->clock.now_ns() + ms_ns};

    static_cast<void>(flow->emit(TACTUS_PROTO_MIDI, note_on(60), later));
    static_cast<void>(flow->emit_osc(nrpn, later));
    static_cast<void>(flow->emit(TACTUS_PROTO_MIDI, note_on(61), later));
    flow->clock.set_ns(later.due_ns);
    flow->run();

    REQUIRE(flow->sink().payloads() ==
            std::vector<std::string>{text(note_on(60)), text(wire::hex("B0 63 00")),
                                     text(wire::hex("B0 62 02")), text(wire::hex("B0 06 00")),
                                     text(wire::hex("B0 26 03")), text(note_on(61))});
    REQUIRE(flow->ledger().routed == 2 + 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("of several MIDI messages that belong together none is taken where not all find room") {
    const auto flow = simple_flow(midi_queue(5, when_full::drop_newest));
    const stamp later = {.due_ns = flow->clock.now_ns() + ms_ns};
    static_cast<void>(flow->emit(TACTUS_PROTO_MIDI, note_on(60), later));
    static_cast<void>(flow->emit(TACTUS_PROTO_MIDI, note_on(61), later));

    static_cast<void>(flow->emit_osc(nrpn, later));
    flow->clock.set_ns(later.due_ns);
    flow->run();

    REQUIRE(flow->sink().payloads() ==
            std::vector<std::string>{text(note_on(60)), text(note_on(61))});
    REQUIRE(flow->dropped_as(dropped::queue_full) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("an output that takes both gets OSC as it is") {
    const auto flow = simple_flow({.protocols = takes_midi | takes_osc});
    const wire::bytes message =
        wire::raw("/note_on\0\0\0\0,iii\0\0\0") + wire::hex("00000001 0000003C 00000064");

    static_cast<void>(flow->emit_osc(message));
    flow->run();

    REQUIRE(flow->sink().records.at(0).bytes == text(message));
    REQUIRE(flow->sink().records[0].protocol == TACTUS_PROTO_OSC);
    REQUIRE(flow->balanced());
}

TEST_CASE("ends of what was let in are critical, whoever made them; other messages are not") {
    const auto flow = simple_flow({.protocols = takes_midi});

    for (const int note : {60, 61, 60, 62}) {
        static_cast<void>(flow->emit_midi(note_on(note)));
    }
    static_cast<void>(flow->emit_midi(note_off(63)));
    static_cast<void>(flow->emit_midi(wire::hex("B0 40 7F")));
    static_cast<void>(flow->emit_midi(wire::hex("B0 40 00")));
    static_cast<void>(flow->emit_midi(note_off(60)));
    static_cast<void>(flow->emit_midi(wire::hex("90 3D 00")));
    static_cast<void>(
        flow->emit_osc(wire::raw("/note_off\0\0\0,ii") + wire::hex("00000001 0000003C")));
    static_cast<void>(flow->emit_osc(wire::raw("/note_on\0\0\0\0,iii\0\0\0") +
                                     wire::hex("00000001 0000003E 00000000")));
    flow->run();

    std::vector<std::uint16_t> flags;
    for (const auto& record : flow->sink().records) {
        flags.push_back(record.flags);
    }
    std::sort(flags.begin(), flags.end());
    REQUIRE(flags == std::vector<std::uint16_t>{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1});
    REQUIRE(flow->balanced());
}

TEST_CASE("a MIDI note-off is critical for an output that gets it as OSC, too") {
    const auto flow = simple_flow({.protocols = takes_osc});

    static_cast<void>(flow->emit_midi(note_on(60)));
    static_cast<void>(flow->emit_midi(note_off(60)));
    flow->run();

    REQUIRE(flow->sink().records.size() == 2);
    CHECK(flow->sink().records[0].flags + flow->sink().records[1].flags == TACTUS_EVENT_CRITICAL);
    CHECK(flow->balanced());
}

TEST_CASE("an input may mark its own events as critical, and nothing else by flags") {
    const auto flow = simple_flow();

    static_cast<void>(flow->emit_osc(osc("/a"), {.flags = 0xFFFF}));
    flow->run();

    REQUIRE(flow->sink().records.at(0).flags == TACTUS_EVENT_CRITICAL);
    REQUIRE(flow->balanced());
}
