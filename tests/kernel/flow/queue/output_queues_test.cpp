// SPDX-License-Identifier: MIT
// output_queue and output_queues: who is first, states, and the numbers of removed outputs.
#include "kernel/flow/limits.hpp"
#include "kernel/flow/queue/output_queues.hpp"
#include "tests/support/catch.hpp"

#include <utility>

using namespace tactus::flow;

namespace {

struct outputs_under_test {
    event_store events = std::move(*event_store::make(1000, 1 << 20, 1 << 20));
    output_queues all;
    std::uint64_t sequence = 1;

    std::uint16_t add() {
        const auto added = all.add({{100, 1 << 20}, when_full::refuse}, 200);
        REQUIRE(added.has_value());
        return *added;
    }
    std::uint32_t push(std::uint16_t output, std::uint64_t due, std::uint8_t into = normal_lane) {
        const std::optional<std::uint32_t> slot = events.add({}, output, 0);
        REQUIRE(slot.has_value());
        const queue_amount cost = event_store::cost_of(0, false);
        events.join(*slot, {}, cancel_groups::none, cost);
        all.at(output).insert(into, make_due_key(due, sequence++, *slot), cost);
        all.refresh(all.at(output));
        return *slot;
    }
    void cancel_all(std::uint16_t output) {
        output_queue& of = all.at(output);
        const std::uint64_t each = event_store::cost_of(0, false).bytes;
        of.at(normal_lane).cancel(sequence);
        of.forget_cancelled(normal_lane, {of.pending().events, of.pending().events * each});
        all.refresh(of);
    }
    void sweep_all() {
        while (all.sweep(events, 10)) {
        }
    }
};

} // namespace

TEST_CASE("the output whose first event leaves first is first, however its lanes differ") {
    outputs_under_test test;
    const std::uint16_t one = test.add();
    const std::uint16_t other = test.add();
    CHECK(test.all.is_idle());
    test.push(one, 50);
    test.push(other, 60, real_time_lane);
    CHECK(test.all.first() == one);

    test.push(other, 40, critical_lane);
    CHECK(test.all.first() == other);
    CHECK(due_of(test.all.first_key()) == 40);
    CHECK(test.all.at(other).earliest() == critical_lane);

    test.all.at(one).gate().set_ahead(20);
    test.all.refresh(test.all.at(one));
    CHECK(test.all.first() == one);
    CHECK(due_of(test.all.first_key()) == 30);

    test.all.at(one).gate().set_ahead(1'000); // earlier than keys begin
    test.all.refresh(test.all.at(one));
    CHECK(due_of(test.all.first_key()) == 0);
    CHECK(test.all.pending().events == 3);
}

TEST_CASE("a paused output keeps its events, and is not first") {
    outputs_under_test test;
    const std::uint16_t output = test.add();
    test.push(output, 50);
    test.all.at(output).gate().pause();
    test.all.refresh(test.all.at(output));

    CHECK(test.all.is_idle());
    CHECK(test.all.at(output).pending().events == 1);
    test.all.at(output).gate().resume();
    test.all.refresh(test.all.at(output));
    CHECK(test.all.first() == output);
}

TEST_CASE("an output counts what is pending, was most, left, and reaches furthest") {
    outputs_under_test test;
    const std::uint16_t output = test.add();
    output_queue& of = test.all.at(output);
    test.push(output, 50);
    test.push(output, 40, critical_lane);
    CHECK(due_of(of.furthest()) == 50);
    const due_key key = of.at(normal_lane).top();
    REQUIRE(of.at(normal_lane).pop(test.events));
    of.forget_evicted(normal_lane, event_store::cost_of(0, false));
    test.events.recycle(slot_of(key));

    const output_counts counted = of.counts();
    CHECK(counted.pending == event_store::cost_of(0, false));
    CHECK(counted.capacity == queue_amount{100, 1 << 20});
    CHECK(counted.high_watermark == 2);
    CHECK(counted.evicted == 1);
    CHECK(counted.cancelled == 0);
}

TEST_CASE("what is in the dispatcher's hands has a place in the lane to come back to") {
    outputs_under_test test;
    const auto small = test.all.add({{1, 1 << 20}, when_full::refuse}, 2);
    REQUIRE(small.has_value());
    output_queue& of = test.all.at(*small);
    of.hand_out();
    CHECK(of.takes_another(normal_lane));
    of.hand_out();
    CHECK_FALSE(of.takes_another(normal_lane));
    of.take_back();
    CHECK(of.takes_another(normal_lane));
}

TEST_CASE("the number of a removed output is free when it is swept and nothing is in hand") {
    outputs_under_test test;
    const std::uint16_t kept = test.add();
    const std::uint16_t removed = test.add();
    test.push(kept, 10);
    test.push(removed, 20);
    const std::uint32_t held = test.push(removed, 10);
    output_queue& of = test.all.at(removed);
    REQUIRE(of.at(normal_lane).pop(test.events));
    of.forget(normal_lane, event_store::cost_of(0, false));
    of.hand_out();

    test.cancel_all(removed);
    of.remove();
    test.all.refresh(of);
    CHECK(of.counts().cancelled == 1);
    CHECK(test.all.first() == kept);
    test.sweep_all();
    CHECK(test.add() != removed);
    CHECK_FALSE(of.is_gone());

    test.events.recycle(held);
    of.take_back();
    CHECK(of.is_gone());
    test.all.refresh(of);
    test.sweep_all();
    CHECK(test.add() == removed);
    CHECK(test.all.at(removed).counts().cancelled == 0);
    CHECK(test.all.pending().events == 1);
}

TEST_CASE("there is a number for each of the most outputs") {
    outputs_under_test test;
    for (std::size_t i = 0; i < outputs_max; ++i) {
        REQUIRE(test.add() == i);
    }

    const auto extra = test.all.add({}, 200);

    REQUIRE_FALSE(extra.has_value());
    CHECK(extra.error().kind == tactus::error_kind::limit);
    test.all.at(5).remove();
    test.all.refresh(test.all.at(5));
    test.sweep_all();
    CHECK(test.add() == 5);
}
