// SPDX-License-Identifier: MIT
// A panic is heard whatever stands in its way, and reaches what outputs hold themselves. What it
// sends is in silence_test.cpp.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// One MIDI output on which a note sounds, and an input with a rate of one message.
std::unique_ptr<flow_under_test> sounding_flow(const output_choice& choice) {
    auto flow = std::make_unique<flow_under_test>();
    flow->settings.panic_address = "/panic";
    flow->add_output(choice);
    flow->add_input(1.0);
    flow->route_all();
    static_cast<void>(flow->emit_midi(note_on(60)));
    flow->drain();
    REQUIRE(flow->output().notes_sounding == 1);
    return flow;
}

output_choice midi() {
    return {.protocols = takes_midi};
}

} // namespace

TEST_CASE("a panic is beyond the rate of its input") {
    const auto flow = sounding_flow(midi());
    static_cast<void>(flow->emit_midi(note_on(61)));
    REQUIRE(flow->rejected_as(rejected::rate) == 1);

    static_cast<void>(flow->emit_osc(osc("/panic")));
    flow->drain();

    REQUIRE(flow->output().notes_sounding == 0);
    REQUIRE(flow->rejected_as(rejected::rate) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("a panic is at once, however far ahead its time tag") {
    const auto flow = sounding_flow(midi());

    static_cast<void>(flow->emit_osc(osc("/panic"), {.due_ns = flow->clock.now_ns() * 1000}));
    flow->drain();

    REQUIRE(flow->output().notes_sounding == 0);
    REQUIRE(flow->rejected_as(rejected::too_far_ahead) == 0);
}

TEST_CASE("a panic of an input that can wait does not wait for room") {
    output_choice small = midi();
    small.settings.limits = {{10, 1 << 20}, when_full::refuse};
    const auto flow = sounding_flow(small);
    flow->clock.advance_ns(60'000 * ms_ns); // for the rate
    flow->configure(router({{{0}, std::nullopt, {0}}}));
    const stamp later{.due_ns = flow->clock.now_ns() + 1000 * ms_ns};
    event_source one;
    one.input = 0; // else the input's own part of the room is free
    for (int i = 0; i < 20; ++i) {
        flow->out.enqueuer().deliver(0, {later.due_ns, one, origin::route});
    }
    REQUIRE_FALSE(flow->fan.has_room({0, 0, {1, 0}}));

    REQUIRE(flow->emit_osc(osc("/other"), {}, 0).status == TACTUS_E_AGAIN);
    REQUIRE(flow->emit_osc(osc("/panic"), {}, 0).status == TACTUS_OK);
    flow->drain();

    REQUIRE(flow->output().notes_sounding == 0);
    REQUIRE(flow->fan.has_room({0, 0, {1, 0}}));
    REQUIRE(flow->balanced());
}

TEST_CASE("a panic in a bundle does not wait for room either") {
    output_choice small = midi();
    small.settings.limits = {{10, 1 << 20}, when_full::refuse};
    const auto flow = sounding_flow(small);
    flow->configure(router({{{0}, std::nullopt, {0}}}));
    event_source one;
    one.input = 0; // else the input's own part of the room is free
    for (int i = 0; i < 20; ++i) {
        flow->out.enqueuer().deliver(0, {flow->clock.now_ns() + 1000 * ms_ns, one, origin::route});
    }
    const auto harmless = wire::bundle(1, {osc("/other"), osc("/more")});
    REQUIRE(flow->emit_osc(harmless, {}, 0).status == TACTUS_E_AGAIN);

    const auto packet = wire::bundle(1, {osc("/other"), osc("/panic")});
    REQUIRE(flow->emit_osc(packet, {}, 0).status == TACTUS_OK);

    REQUIRE(flow->output().ledger.silenced_by.of(silence_cause::operator_) == 1);
}

TEST_CASE("after the close a panic is refused as everything is") {
    const auto flow = sounding_flow(midi());
    flow->in.close();

    static_cast<void>(flow->emit_osc(osc("/panic")));

    REQUIRE(flow->rejected_as(rejected::closed) == 1);
    REQUIRE(flow->output().notes_sounding == 1);
}

TEST_CASE("a panic has the output forget what it holds, then sends") {
    const auto flow = sounding_flow(midi());
    const std::size_t before = flow->sink().records.size();

    flow->out.silencer().panic();
    flow->drain();

    REQUIRE(flow->sink().records_at_flush == std::vector<std::size_t>{before});
    REQUIRE(flow->sink().records.size() > before);
}

TEST_CASE("dropping all has every output forget what it holds, one that is gone is not asked") {
    flow_under_test flow;
    flow.add_output(midi());
    flow.add_output();
    flow.add_output();
    flow.out.connections().detach(2, dropped::output_down);

    flow.out.canceller().drop(dropped::stop);

    REQUIRE(flow.sink(0).records_at_flush.size() == 1);
    REQUIRE(flow.sink(1).records_at_flush.size() == 1);
    REQUIRE(flow.sink(2).records_at_flush.empty());
}

TEST_CASE("what a sink forgot is cancelled in the ledger") {
    const auto flow = simple_flow({.protocols = takes_osc, .is_deferred = true});
    for (int i = 0; i < 3; ++i) {
        static_cast<void>(flow->emit_osc(osc("/a", i)));
    }
    flow->run();

    flow->sink().finish(1);
    flow->sink().finish(2, finish::cancelled);

    REQUIRE(flow->dropped_as(dropped::cancelled) == 2);
    REQUIRE(flow->output().pending == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("a send that takes long is told to its sink, a short one is not") {
    const auto flow = simple_flow();
    const std::int64_t takes_ns = GENERATE(sink::slow_ns - 1, sink::slow_ns);
    flow->sink().on_taken = [&](const tactus_event&) { flow->clock.advance_ns(takes_ns); };

    static_cast<void>(flow->emit_osc(osc("/a")));
    flow->run();

    REQUIRE(flow->out.sending_ns() == takes_ns);
    REQUIRE(flow->sink().slow_ns_seen.size() == (takes_ns >= sink::slow_ns ? 1 : 0));
}

TEST_CASE("a panic takes no clock tick back, a stop does") {
    const auto flow = simple_flow(midi());
    for (int i = 1; i <= 3; ++i) {
        const stamp later{.due_ns = flow->clock.now_ns() + i * ms_ns};
        static_cast<void>(flow->emit_midi({0xF8}, later));
        static_cast<void>(flow->emit_midi(note_on(60), later));
    }
    const bool is_stop = GENERATE(false, true);

    if (is_stop) {
        flow->out.canceller().drop(dropped::stop);
    } else {
        flow->out.silencer().panic();
    }
    flow->drain();
    const std::size_t before = flow->sink().records.size();
    flow->advance_by(10 * ms_ns);

    CHECK(flow->sink().records.size() == before + (is_stop ? 0 : 3));
    CHECK(flow->dropped_as(dropped::cancelled) == (is_stop ? 0 : 3));
    CHECK(flow->dropped_as(dropped::stop) == (is_stop ? 6 : 0));
    CHECK(flow->balanced());
}

TEST_CASE("a panic of one output leaves the notes and the schedule of another") {
    const auto flow = sounding_flow(midi());
    flow->add_output(midi());
    flow->route_all();
    flow->clock.advance_ns(60'000 * ms_ns); // for the rate
    static_cast<void>(flow->emit_midi(note_on(62)));
    flow->drain();
    for (std::uint16_t output = 0; output < 2; ++output) {
        const event_source later;
        flow->out.enqueuer().deliver(output,
                                     {flow->clock.now_ns() + 1000 * ms_ns, later, origin::route});
    }

    flow->out.silencer().panic(0);
    flow->drain();

    CHECK(flow->output(0).notes_sounding == 0);
    CHECK(flow->output(0).pending == 0);
    CHECK(flow->output(1).notes_sounding == 1);
    CHECK(flow->output(1).pending == 1);
    CHECK(flow->output(1).ledger.accepted_by.of(origin::panic) == 0);
    CHECK(flow->balanced());
}
