// SPDX-License-Identifier: MIT
// Sinks that finish later what they accepted, as workers do: pending until then, lost with them.
#include "tests/kernel/flow/flow_support.hpp"

#include "kernel/base/histogram.hpp"
#include "kernel/base/lateness_bounds.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// Emits "/a 0", "/a 1"... all due now.
void emit_numbered(flow_under_test& flow, int count) {
    for (int i = 0; i < count; ++i) {
        static_cast<void>(flow.emit_osc(osc("/a", i)));
    }
}
output_choice deferred() {
    return {.protocols = takes_midi | takes_osc, .is_deferred = true};
}

} // namespace

TEST_CASE("what a sink finishes later is pending until then") {
    const auto flow = simple_flow(deferred());
    emit_numbered(*flow, 5);

    flow->run();
    REQUIRE(flow->output().pending == 5);
    REQUIRE(flow->output().ledger.sent == 0);
    REQUIRE(flow->out.account().in_flight() == 5);
    REQUIRE(flow->balanced());
    flow->sink().finish(2);
    flow->sink().finish(1, finish::failed);
    flow->sink().finish(1, finish::refused);

    REQUIRE(flow->out.account().in_flight() == 1);
    const output_snapshot taken = flow->output();
    REQUIRE(taken.pending == 1);
    REQUIRE(taken.ledger.sent == 2);
    REQUIRE(taken.ledger.dropped_by.of(dropped::output_error) == 1);
    REQUIRE(taken.ledger.dropped_by.of(dropped::output_down) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("what a stalled sink had not finished is dropped when it is abandoned") {
    const auto flow = simple_flow(deferred());
    emit_numbered(*flow, 5);
    flow->run();
    flow->sink().finish(2);

    flow->out.connections().detach(0, dropped::output_stalled);

    REQUIRE(flow->output().ledger.sent == 2);
    REQUIRE(flow->dropped_as(dropped::output_stalled) == 3);
    REQUIRE(flow->output().pending == 0);
    REQUIRE(flow->out.account().in_flight() == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("the counts of a sink that is gone stay, and the next one counts from nothing") {
    const auto flow = simple_flow(deferred());
    const tactus::base::histogram lateness(tactus::base::lateness_bounds_ns);
    emit_numbered(*flow, 3);
    flow->run();
    flow->sink().finish(3);
    flow->out.connections().detach(0, dropped::output_down);
    flow->sink().begin_anew();
    flow->attach(0);

    emit_numbered(*flow, 2);
    flow->run();
    REQUIRE(flow->output().pending == 2);
    flow->sink().finish(2);

    REQUIRE(flow->output().ledger.sent == 5);
    REQUIRE(flow->balanced());
}

TEST_CASE("the lateness of a worker that is gone is not forgotten") {
    const auto flow = simple_flow(deferred());
    tactus::base::histogram of_worker(tactus::base::lateness_bounds_ns);
    of_worker.record(7);
    flow->sink().own_lateness = &of_worker;
    REQUIRE(flow->output().lateness.count == 1);

    flow->out.connections().detach(0, dropped::output_down);
    REQUIRE(flow->output().lateness.count == 1);
    tactus::base::histogram of_next_worker(tactus::base::lateness_bounds_ns);
    flow->sink().own_lateness = &of_next_worker;
    flow->attach(0);
    of_next_worker.record(8);

    REQUIRE(flow->output().lateness.count == 2);
    REQUIRE(flow->output().lateness.sum_ns == 15);
}

TEST_CASE("without a worker nothing is in flight") {
    const auto flow = simple_flow();
    emit_numbered(*flow, 3);
    flow->run();

    REQUIRE(flow->out.account().in_flight() == 0);
    REQUIRE(flow->out.queue().pending().events == 0);
}
