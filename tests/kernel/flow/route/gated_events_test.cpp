// SPDX-License-Identifier: MIT
// Events that wait for their turn at a gate, up to as many as have a record.
#include "kernel/flow/route/gated_events.hpp"
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::int64_t window_ns = 20 * ms_ns;

route throttled() {
    route made;
    made.inputs = {0};
    made.outputs = {0};
    made.gate.throttle_ns = window_ns;
    made.id = 3;
    return made;
}

rate_gate::question value(std::uint64_t content) {
    rate_gate::question made;
    made.key = 7;
    made.content = content;
    return made;
}

struct gate_case {
    gate_case() {
        flow.add_output();
        gated.configure(routes);
    }
    [[nodiscard]] const rule& by() const { return routes.all_rules().front(); }
    std::uint32_t schedule(std::uint64_t content) { return gated.schedule(by(), value(content)); }

    flow_under_test flow;
    router routes{{throttled()}};
    gated_events gated{flow.out};
};

} // namespace

TEST_CASE("an event is judged when it is due, and each of its deliveries alike") {
    gate_case test;
    const std::uint32_t second = test.schedule(11);
    const std::uint32_t first = test.schedule(10);
    CHECK(test.gated.judge(first, 100, 0).due_ns == 0);
    CHECK(test.gated.judge(second, 101, 0).due_ns == 100 + window_ns);
    CHECK(test.gated.judge(second, 101, 0).due_ns == 100 + window_ns); // at another output
    const std::uint32_t third = test.schedule(12);
    CHECK(test.gated.judge(third, 102, 0).due_ns == 100 + window_ns);
    CHECK(test.gated.judge(second, 100 + window_ns, 0).why_not == dropped::throttled);
    CHECK_FALSE(test.gated.judge(third, 100 + window_ns, 0).why_not);
    test.gated.replace(third); // too late
    CHECK_FALSE(test.gated.judge(third, 100 + window_ns, 0).why_not);
}

TEST_CASE("an event whose record another has is sent, and no other is taken for it") {
    gate_case test;
    const std::uint32_t oldest = test.schedule(10);
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < gated_events::tickets_max; ++i) {
        last = test.schedule(11);
        REQUIRE(last != 0);
        REQUIRE(last != oldest);
    }
    CHECK(test.gated.judge(oldest, 100, 0).due_ns == 0); // the gate knows nothing of it
    CHECK(test.gated.judge(last, 101, 0).due_ns == 0);
    CHECK(test.gated.judge(last - 1, 102, 0).due_ns == 101 + window_ns);
}

TEST_CASE("an event whose gate is gone is sent, unless it was replaced") {
    gate_case test;
    const std::uint32_t scheduled = test.schedule(10);
    rate_gate::answer later;
    later.due_ns = 100;
    const std::uint32_t replaced = test.gated.wait(test.by(), 7, later);
    test.gated.replace(replaced);
    const router none;
    test.gated.configure(none);
    CHECK_FALSE(test.gated.judge(scheduled, 1, 0).why_not);
    CHECK(test.gated.judge(replaced, 100, 0).why_not == dropped::throttled);
}
