// SPDX-License-Identifier: MIT
// What a reload does to the flow while events wait: outputs that are frozen, removed and added,
// inputs whose numbers are used again, routes and limits that are replaced.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

std::string sent(flow_under_test& flow, std::uint16_t output = 0) {
    std::string all;
    for (const auto& each : flow.sink(output).records) {
        all += (all.empty() ? "" : " ") + each.bytes.substr(0, each.bytes.find('\0'));
    }
    flow.sink(output).records.clear();
    return all;
}

stamp in_ms(const flow_under_test& flow, std::int64_t ms) {
    return {.due_ns = flow.clock.now_ns() + ms * ms_ns};
}

// A route of input 0 to output 0 that lets a value pass every 10 ms.
route throttled(std::string text) {
    route made{{0}, std::nullopt, {0}};
    made.gate.throttle_ns = 10 * ms_ns;
    made.text = std::move(text);
    return made;
}

void remove(flow_under_test& flow, std::uint16_t output) {
    flow.out.connections().detach(output, dropped::output_down);
    flow.out.remove_output(output);
    while (flow.out.tidy()) {
    }
}

} // namespace

TEST_CASE("a frozen output keeps what is due later, in order, whatever resumes it") {
    const auto flow = simple_flow();
    static_cast<void>(flow->emit_osc(osc("/b"), in_ms(*flow, 2)));
    static_cast<void>(flow->emit_osc(osc("/a"), in_ms(*flow, 1)));
    flow->out.queue().departures().freeze(0, flow->clock.now_ns() + 1 * ms_ns);

    flow->advance_by(5 * ms_ns);
    CHECK(sent(*flow) == "/a");
    flow->out.connections().writable(0);
    flow->drain();
    CHECK(sent(*flow).empty());
    CHECK(flow->out.next_due_ns() == dispatcher::never_ns);
    static_cast<void>(flow->emit_osc(osc("/c")));
    flow->out.queue().departures().thaw(0);
    flow->drain();

    CHECK(sent(*flow) == "/b /c");
    CHECK(flow->balanced());
}

TEST_CASE("what waits for a frozen output outlives its sink, and is sent by the next") {
    const auto flow = simple_flow();
    static_cast<void>(flow->emit_osc(osc("/a"), in_ms(*flow, 1)));
    flow->out.queue().departures().freeze(0, flow->clock.now_ns());

    flow->out.connections().detach(0, dropped::output_down);
    flow->advance_by(5 * ms_ns);
    flow->attach(0);
    flow->drain();
    CHECK(sent(*flow).empty());
    flow->out.queue().departures().thaw(0);
    flow->drain();

    CHECK(sent(*flow) == "/a");
    CHECK(flow->dropped_as(dropped::output_down) == 0);
}

TEST_CASE("notes of a frozen output are ended, before what waits") {
    const auto flow = simple_flow({.protocols = takes_midi});
    static_cast<void>(flow->emit_midi(note_on(60)));
    flow->drain();
    static_cast<void>(flow->emit_midi(note_on(61), in_ms(*flow, 1)));
    flow->out.queue().departures().freeze(0, flow->clock.now_ns());
    flow->clock.advance_ns(3 * ms_ns);

    flow->out.silencer().silence(0, silence_cause::reload);
    flow->drain();

    REQUIRE(flow->sink().records.size() == 2);
    CHECK(flow->sink().records[1].bytes.substr(0, 2) == text(note_off(60)).substr(0, 2));
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->output().pending == 1);
}

TEST_CASE("a removed output drops what waits, and nothing else does") {
    const auto flow = simple_flow();
    static_cast<void>(flow->add_output());
    flow->route_all();
    static_cast<void>(flow->emit_osc(osc("/a"), in_ms(*flow, 5)));
    flow->configure(router({{{0}, std::nullopt, {1}}}));

    flow->out.connections().detach(0, dropped::output_down);
    flow->out.canceller().drop(0, dropped::output_removed, keep::nothing);
    CHECK(flow->dropped_as(dropped::output_removed) == 1);
    CHECK(flow->balanced());
    remove(*flow, 0);

    flow->out.silencer().panic(); // concerns only what is there
    CHECK(flow->out.canceller().cancel_tag(7) == 0);
    flow->advance_by(10 * ms_ns);
    CHECK(sent(*flow, 1) == "/a");
    CHECK(flow->out.account().in_flight() == 0);
    CHECK(flow->balanced());
}

TEST_CASE("the number of a removed output is used again, by an output without a past") {
    const auto flow = simple_flow();
    static_cast<void>(flow->add_output());
    flow->route_all();
    static_cast<void>(flow->emit_osc(osc("/a")));
    flow->drain();
    flow->configure(router({{{0}, std::nullopt, {1}}}));
    remove(*flow, 0);

    const auto added = flow->out.add_output({});
    REQUIRE(added);
    CHECK(*added == 0);
    CHECK(flow->output(0).ledger.sent == 0);
    flow->sink(0).records.clear();
    flow->attach(0);
    flow->route_all();
    static_cast<void>(flow->emit_osc(osc("/b")));
    flow->drain();

    CHECK(sent(*flow, 0) == "/b");
    CHECK(flow->output(0).ledger.sent == 1);
    CHECK(flow->output(1).ledger.sent == 2);
    CHECK(flow->balanced());
}

TEST_CASE("outputs come and go for ever within the numbers that there are") {
    const auto flow = simple_flow();
    for (std::size_t i = 0; i < 3 * outputs_max; ++i) {
        const auto added = flow->out.add_output({});
        REQUIRE(added);
        CHECK(*added == 1);
        flow->out.remove_output(*added);
        while (flow->out.tidy()) {
        }
    }
    CHECK(flow->out.outputs().size() == 2);
}

TEST_CASE(
    "what a removed input has waiting leaves when due, and its number is not used till then") {
    const auto flow = simple_flow();
    static_cast<void>(flow->emit_osc(osc("/a"), in_ms(*flow, 5)));
    flow->in.remove_input(0);
    flow->configure(router());

    CHECK(flow->add_input() == 1);
    flow->advance_by(10 * ms_ns);
    CHECK(sent(*flow) == "/a");
    CHECK(flow->add_input() == 0);
    CHECK(flow->ledger(0).received == 0);
}

TEST_CASE("new settings of an input apply, and its clock and its counts go on") {
    const auto flow = simple_flow();
    static_cast<void>(flow->emit_osc(osc("/a")));

    flow->in.change_input(0, {.rate_per_s = 1, .name = "in"});
    flow->fan.share_out();
    static_cast<void>(flow->emit_osc(osc("/b")));
    static_cast<void>(flow->emit_osc(osc("/c")));

    CHECK(flow->ledger().received == 3);
    CHECK(flow->rejected_as(rejected::rate) == 1);
    flow->drain();
    flow->in.change_input(0, {.pending_max = 1, .name = "in"});
    flow->fan.share_out();
    static_cast<void>(flow->emit_osc(osc("/d"), in_ms(*flow, 1)));
    static_cast<void>(flow->emit_osc(osc("/e"), in_ms(*flow, 1)));
    CHECK(flow->dropped_as(dropped::queue_full) == 1);
    flow->in.change_input(0, {.name = "in"});
    flow->fan.share_out();
    static_cast<void>(flow->emit_osc(osc("/f"), in_ms(*flow, 1)));
    CHECK(flow->dropped_as(dropped::queue_full) == 1);
    flow->advance_by(10 * ms_ns);
    CHECK(flow->balanced());
}

TEST_CASE("new limits of an output apply at once, and what waits beyond them stays") {
    const auto flow = simple_flow({.settings = {.limits = {{20, 1 << 20}}}});
    for (int i = 0; i < 10; ++i) {
        static_cast<void>(flow->emit_osc(osc("/a"), in_ms(*flow, 1)));
    }
    output_settings tight;
    tight.limits.pending.events = 5;

    flow->out.change_output(0, tight);
    flow->fan.share_out();
    static_cast<void>(flow->emit_osc(osc("/b"), in_ms(*flow, 1)));
    CHECK(flow->dropped_as(dropped::queue_full) == 1);
    CHECK(flow->output().pending == 10);
    CHECK(flow->output().capacity == 5);
    output_settings wide;
    wide.limits.pending.events = 10'000;
    flow->out.change_output(0, wide);
    flow->fan.share_out();
    for (int i = 0; i < 5'000; ++i) {
        static_cast<void>(flow->emit_osc(osc("/c"), in_ms(*flow, 1)));
    }

    CHECK(flow->output().pending == 5'010);
    flow->advance_by(2 * ms_ns);
    flow->drain();
    CHECK(flow->output().ledger.sent == 5'010);
    CHECK(flow->balanced());
}

TEST_CASE("a route that stays keeps what its throttle holds back, and another one does not") {
    const bool is_same = GENERATE(true, false);
    const auto flow = simple_flow();
    std::vector<route> routes;
    routes.push_back(throttled("a"));
    flow->configure(router(routes));
    static_cast<void>(flow->emit_osc(osc("/fader", 1)));
    static_cast<void>(flow->emit_osc(osc("/fader", 2))); // waits for 10 ms

    routes.clear();
    routes.push_back(throttled(is_same ? "a" : "b"));
    flow->configure(router(routes));
    flow->advance_by(5 * ms_ns);
    static_cast<void>(flow->emit_osc(osc("/fader", 3)));
    flow->advance_by(20 * ms_ns);

    REQUIRE_FALSE(flow->sink().records.empty());
    CHECK((text(osc("/fader", 3)) == flow->sink().records.back().bytes) == is_same);
    CHECK(flow->dropped_as(dropped::throttled) == (is_same ? 1 : 0));
    CHECK(flow->balanced());
}

TEST_CASE("what an input has begun ends where no route leads from it any more") {
    flow_under_test flow;
    for (int i = 0; i < 3; ++i) {
        static_cast<void>(flow.add_input());
    }
    static_cast<void>(flow.add_output({.protocols = takes_midi}));
    static_cast<void>(flow.add_output({.protocols = takes_midi}));
    flow.route_all();
    for (std::uint16_t input = 0; input < 3; ++input) {
        static_cast<void>(flow.emit(TACTUS_PROTO_MIDI, note_on(60 + input), {}, droppable, input));
    }
    flow.drain();
    flow.configure(router({{{0}, std::nullopt, {1}}, {{1}, std::nullopt, {0, 1}}}));
    const std::uint16_t spared = 2;

    flow.fan.end_unreachable({&spared, 1});
    flow.drain();

    CHECK(flow.output(0).notes_sounding == 2);
    CHECK(flow.sink(0).records.back().bytes == text(note_off(60)));
    CHECK(flow.output(1).notes_sounding == 3);
    CHECK(flow.output(0).ledger.silenced_by.of(silence_cause::reload) == 1);
    CHECK(flow.balanced());
}
