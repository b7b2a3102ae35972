// SPDX-License-Identifier: MIT
// late = "drop" by when an event was due, by when it came, and after a pause or a suspend.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow::test;
using namespace tactus::flow;

namespace {

constexpr std::int64_t s_ns = 1'000'000'000;
constexpr std::int64_t limit_ns = 100 * ms_ns;

output_choice dropping(late_origin from) {
    output_choice choice;
    choice.settings.late = late_policy::drop;
    choice.settings.late_limit_ns = limit_ns;
    choice.settings.late_from = from;
    return choice;
}
std::uint64_t tag_at(const flow_under_test& flow, std::int64_t ahead_ns) {
    return flow.timebase.to_ntp(flow.clock.now_ns() + ahead_ns);
}

} // namespace

TEST_CASE("lateness at arrival counts where late_from says so") {
    const auto from = GENERATE(late_origin::arrival, late_origin::due);
    const std::int64_t late_ns = GENERATE(0 * s_ns, limit_ns, limit_ns + 1, 1 * s_ns);
    const auto flow = simple_flow(dropping(from));

    static_cast<void>(flow->emit_osc(wire::bundle(tag_at(*flow, -late_ns), {osc("/a")})));
    flow->run();

    const bool is_dropped = from == late_origin::due && late_ns > limit_ns;
    CHECK(flow->sink().records.size() == (is_dropped ? 0 : 1));
    CHECK(flow->dropped_as(dropped::too_late) == (is_dropped ? 1 : 0));
    CHECK(flow->balanced());
}

TEST_CASE("each output has its own late_from") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output(dropping(late_origin::arrival)));
    static_cast<void>(flow.add_output(dropping(late_origin::due)));
    flow.route_all();

    static_cast<void>(flow.emit_osc(wire::bundle(tag_at(flow, -1 * s_ns), {osc("/a")})));
    flow.run();

    CHECK(flow.sink(0).records.size() == 1);
    CHECK(flow.dropped_as(dropped::too_late, 1) == 1);
}

TEST_CASE("an event without a time is due when it comes, and a send policy drops nothing") {
    const auto flow = simple_flow(dropping(late_origin::due));
    static_cast<void>(flow->emit_osc(osc("/a")));
    flow->advance_by(limit_ns);
    CHECK(flow->sink().records.size() == 1);

    output_choice sending = dropping(late_origin::due);
    sending.settings.late = late_policy::send;
    const auto patient = simple_flow(sending);
    static_cast<void>(patient->emit_osc(wire::bundle(tag_at(*patient, -1 * s_ns), {osc("/a")})));
    patient->run();
    CHECK(patient->sink().records.size() == 1);
}

TEST_CASE("what was due while the machine was suspended is late, by either rule") {
    const auto from = GENERATE(late_origin::arrival, late_origin::due);
    const std::int64_t slept_ns = GENERATE(1 * s_ns, 8 * 3600 * s_ns);
    const auto flow = simple_flow(dropping(from));
    flow->settings.max_ahead_ns = 168 * 3600 * s_ns;
    flow->route_all();
    // The first two are due meanwhile, the third a second after the end.
    for (const std::int64_t ahead_ns : {10 * ms_ns, slept_ns - limit_ns - 2, slept_ns + s_ns}) {
        static_cast<void>(flow->emit_osc(wire::bundle(tag_at(*flow, ahead_ns), {osc("/a")})));
    }
    const std::int64_t now_ns = flow->clock.now_ns();

    flow->clock.suspend_ns(slept_ns);
    flow->in.slept(slept_ns);
    flow->run();

    CHECK(flow->sink().records.empty());
    CHECK(flow->dropped_as(dropped::too_late) == 2);
    CHECK(flow->out.next_due_ns() == now_ns + s_ns);
    flow->advance_by(s_ns);
    REQUIRE(flow->sink().records.size() == 1);
    CHECK(flow->sink().records[0].due_ns == now_ns + s_ns);
    CHECK(flow->sink().records[0].received_ns == now_ns - slept_ns);
    CHECK(flow->balanced());
}

TEST_CASE("what came shortly before a suspend is as late as the suspend was long") {
    const auto flow = simple_flow(dropping(late_origin::arrival));
    static_cast<void>(flow->emit_osc(wire::bundle(tag_at(*flow, 1), {osc("/a")})));

    flow->clock.suspend_ns(60 * s_ns);
    flow->in.slept(60 * s_ns);
    flow->advance_by(1);

    CHECK(flow->dropped_as(dropped::too_late) == 1);
}

TEST_CASE(
    "without a late policy a suspend changes when things leave, not whether nor their order") {
    const auto flow = simple_flow();
    for (int i = 0; i < 20; ++i) {
        static_cast<void>(
            flow->emit_osc(wire::bundle(tag_at(*flow, (20 - i) * 100 * ms_ns), {osc("/a", i)})));
    }
    flow->advance_by(450 * ms_ns);
    CHECK(flow->sink().records.size() == 4);

    flow->clock.suspend_ns(500 * ms_ns);
    flow->in.slept(500 * ms_ns);
    flow->run();
    CHECK(flow->sink().records.size() == 9); // all that was due until then
    static_cast<void>(flow->emit_osc(wire::bundle(tag_at(*flow, 20 * ms_ns), {osc("/new")})));
    CHECK(flow->out.next_due_ns() == flow->clock.now_ns() + 20 * ms_ns);
    for (int i = 0; i < 200; ++i) {
        flow->advance_by(10 * ms_ns);
    }

    REQUIRE(flow->sink().records.size() == 21);
    CHECK(flow->sink().records[9].bytes == text(osc("/new")));
    CHECK(flow->sink().records[20].bytes == text(osc("/a", 0)));
    CHECK(flow->output().horizon_ns == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a time tag that leaves again is the one that came, also after a suspend") {
    const auto flow = simple_flow();
    const std::uint64_t tag = tag_at(*flow, 5 * s_ns);
    static_cast<void>(flow->emit_osc(wire::bundle(tag, {osc("/a")})));

    flow->clock.suspend_ns(2 * s_ns);
    flow->in.slept(2 * s_ns);
    flow->advance_by(3 * s_ns);

    REQUIRE(flow->sink().records.size() == 1);
    CHECK(flow->timebase.to_ntp(flow->sink().records[0].due_ns) == tag);
}
