// SPDX-License-Identifier: MIT
// Ten times what a queue holds, for ten seconds of virtual time: every loss is counted, no note is
// left sounding, and who shares the daemon with the flood notices nothing.
#include "tests/kernel/flow/flow_support.hpp"

#include <algorithm>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::uint64_t capacity = 200;
constexpr std::int64_t ahead_ns = 1000 * ms_ns; // 2 events a ms: 2,000 would wait
constexpr std::int64_t length_ns = 50 * ms_ns;  // of a note
constexpr int flood_ms = 10'000;

output_choice narrow(when_full policy) {
    output_choice choice;
    choice.settings.limits = {{capacity, 1 << 20}, policy};
    choice.protocols = takes_midi;
    return choice;
}

// Each millisecond a note that begins in a second, and its end.
void pour(flow_under_test& flow, int at_ms) {
    const std::int64_t begin_ns = flow.clock.now_ns() + ahead_ns;
    static_cast<void>(flow.emit_midi(note_on(at_ms % 128), {.due_ns = begin_ns}));
    static_cast<void>(flow.emit_midi(note_off(at_ms % 128), {.due_ns = begin_ns + length_ns}));
}

} // namespace

TEST_CASE("at ten times the capacity every loss is counted and no note is left sounding") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const auto flow = simple_flow(narrow(policy));

    for (int i = 0; i < flood_ms; ++i) {
        pour(*flow, i);
        flow->advance_by(ms_ns);
    }
    flow->advance_by(2 * ahead_ns);
    flow->drain();

    const output_snapshot after = flow->output();
    const std::uint64_t sent = flow->sink().records.size();
    REQUIRE(sent > 0);
    REQUIRE(sent + flow->dropped_as(dropped::queue_full) == 2 * flood_ms);
    REQUIRE(after.high_watermark <= capacity);
    REQUIRE(after.notes_sounding == 0);
    REQUIRE(after.pending == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("who shares the daemon with a flood loses nothing and is on time") {
    const auto flow = simple_flow(narrow(when_full::drop_newest));
    REQUIRE(flow->add_output() == 1);
    REQUIRE(flow->add_input() == 1);
    flow->configure(router({{{0}, std::nullopt, {0}}, {{1}, std::nullopt, {1}}}));
    constexpr int every_ms = 5;

    for (int i = 0; i < flood_ms; ++i) {
        pour(*flow, i);
        if (i % every_ms == 0) {
            const stamp soon = {.due_ns = flow->clock.now_ns() + 20 * ms_ns};
            static_cast<void>(flow->emit(TACTUS_PROTO_OSC, osc("/a", i), soon, droppable, 1));
        }
        flow->advance_by(ms_ns);
    }
    for (int i = 0; i < 20; ++i) {
        flow->advance_by(ms_ns);
    }

    const auto& records = flow->sink(1).records;
    REQUIRE(records.size() == flood_ms / every_ms);
    REQUIRE(std::all_of(records.begin(), records.end(),
                        [](const auto& each) { return each.at_ns == each.due_ns; }));
    REQUIRE(flow->balanced());
}
