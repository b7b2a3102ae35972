// SPDX-License-Identifier: MIT
// late = "drop" by when an event was due, by when it came.
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
