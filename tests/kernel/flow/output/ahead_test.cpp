// SPDX-License-Identifier: MIT
// Outputs that want their events before they are due, and change their minds when they come back.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// Emits one event for each moment; its number is its place in the list.
void emit_at(flow_under_test& flow, const std::vector<std::int64_t>& due_ns) {
    for (std::size_t i = 0; i < due_ns.size(); ++i) {
        static_cast<void>(
            flow.emit_osc(osc("/a", static_cast<std::int32_t>(i)), {.due_ns = due_ns[i]}));
    }
}

// The output comes back and wants its events so long before due.
void reattach(flow_under_test& flow, std::int64_t ahead_ns) {
    flow.out.connections().detach(0, dropped::output_down);
    flow.choices[0].ahead_ns = ahead_ns;
    flow.attach(0);
}

} // namespace

TEST_CASE("what waits for an output that comes back keeps its due time") {
    const std::int64_t before_ms = GENERATE(0, 5, 40);
    const std::int64_t after_ms = GENERATE(0, 5, 40);
    const auto flow = simple_flow({.ahead_ns = before_ms * ms_ns});
    const std::int64_t due_ns = flow->clock.now_ns() + 100 * ms_ns;
    emit_at(*flow, {due_ns});

    reattach(*flow, after_ms * ms_ns);

    REQUIRE(flow->out.next_due_ns() == due_ns - after_ms * ms_ns);
    flow->clock.set_ns(flow->out.next_due_ns());
    flow->run();
    REQUIRE(flow->sink().records.size() == 1);
    REQUIRE(flow->sink().records[0].due_ns == due_ns);
    REQUIRE(flow->sink().records[0].at_ns == due_ns - after_ms * ms_ns);
    REQUIRE(flow->balanced());
}

TEST_CASE("what came before an output changed its mind and after it leave in order of due") {
    const auto flow = simple_flow({.ahead_ns = 50 * ms_ns});
    const std::int64_t begin_ns = flow->clock.now_ns() + 200 * ms_ns;
    emit_at(*flow, {begin_ns + 2 * ms_ns, begin_ns});
    reattach(*flow, 0);
    static_cast<void>(flow->emit_osc(osc("/b"), {.due_ns = begin_ns + ms_ns}));

    flow->clock.set_ns(begin_ns + 2 * ms_ns);
    flow->run();

    REQUIRE(flow->sink().payloads() ==
            std::vector<std::string>{text(osc("/a", 1)), text(osc("/b")), text(osc("/a", 0))});
}

TEST_CASE("the output that wants its events earlier goes first") {
    flow_under_test flow;
    flow.add_output({.ahead_ns = 0});
    flow.add_output({.ahead_ns = 30 * ms_ns});
    flow.add_input();
    flow.route_all();
    const std::int64_t due_ns = flow.clock.now_ns() + 100 * ms_ns;
    static_cast<void>(flow.emit_osc(osc("/a"), {.due_ns = due_ns}));

    flow.advance_by(70 * ms_ns);

    REQUIRE(flow.sink(0).records.empty());
    REQUIRE(flow.sink(1).records.size() == 1);
    REQUIRE(flow.out.next_due_ns() == due_ns);
}
