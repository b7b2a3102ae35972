// SPDX-License-Identifier: MIT
// lane: order, cancelling and sweeping, with nothing of the queue around it.
#include "kernel/flow/queue/lane.hpp"
#include "kernel/flow/queue/lane_number.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>

using namespace tactus::flow;

namespace {

struct lane_under_test {
    event_store events = std::move(*event_store::make(1000, 1 << 20, 1 << 20));
    lane in = std::move(*lane::make(1000));
    std::uint64_t sequence = 1;

    // The payload is the due time.
    void push(std::uint64_t due, std::uint32_t tag = 0) {
        const std::string text = std::to_string(due);
        event_source source;
        source.bytes = std::as_bytes(std::span(text));
        const std::optional<std::uint32_t> slot = events.add(source, 0, 0);
        REQUIRE(slot.has_value());
        const group_name name{tag, in.epoch(), 0, normal_lane};
        const std::uint32_t group = tag == 0 ? cancel_groups::none : events.find_group(name);
        events.join(*slot, name, group, event_store::cost_of(text.size(), false));
        in.push(make_due_key(due, sequence++, *slot));
    }
    std::uint64_t cancel_tag(std::uint32_t tag) {
        const std::uint64_t count = events.cancel({tag, in.epoch(), 0, normal_lane}).events;
        in.forget_cancelled(count, events);
        return count;
    }
    // All that is pending, in order: "1 2 3".
    std::string take_all() {
        std::string texts;
        while (!in.is_empty()) {
            const due_key key = in.top();
            if (in.pop(events)) {
                texts += (texts.empty() ? "" : " ") + std::to_string(due_of(key));
                events.take_out(slot_of(key));
                events.recycle(slot_of(key));
            }
        }
        return texts;
    }
    std::size_t cells() const { return events.cells().cells_in_use(); }
};

} // namespace

TEST_CASE("a lane gives its events by due time, then by arrival") {
    lane_under_test test;
    for (const std::uint64_t due : {5U, 1U, 3U}) {
        test.push(due);
    }

    CHECK(due_of(test.in.top()) == 1);
    CHECK(test.take_all() == "1 3 5");
    CHECK_FALSE(test.in.has_dead());
    CHECK(test.cells() == 0);
}

TEST_CASE("a cancelled lane is empty at once, and its cells come back with the sweep") {
    lane_under_test test;
    for (std::uint64_t due = 0; due < 10; ++due) {
        test.push(due);
    }
    const std::uint32_t epoch = test.in.epoch();

    test.in.cancel(test.sequence);

    CHECK(test.in.is_empty());
    CHECK(test.in.epoch() != epoch);
    CHECK(test.in.needs_sweep());
    CHECK(test.cells() == 10);
    test.push(7);
    CHECK(test.in.sweep(test.events, 4) == 4);
    CHECK(test.in.sweep(test.events, 100) == 6);
    CHECK(test.cells() == 1);
    CHECK(test.take_all() == "7");
}

TEST_CASE("a second cancellation before the sweep loses nothing") {
    lane_under_test test;
    for (int round = 0; round < 3; ++round) {
        test.push(1);
        test.push(2);
        test.in.cancel(test.sequence);
    }
    test.push(3);

    CHECK(test.take_all() == "3");
    test.in.sweep(test.events, 100);
    CHECK(test.cells() == 0);
}

TEST_CASE("events of a cancelled group are skipped, and compacted when they are many") {
    lane_under_test test;
    for (std::uint64_t due = 0; due < 200; ++due) {
        test.push(due, due % 10 == 9 ? 0 : 1);
    }

    CHECK(test.cancel_tag(1) == 180);
    CHECK(test.cells() == 200 - 9); // those at the top went with the cancellation
    CHECK(due_of(test.in.top()) == 9);
    while (test.in.sweep(test.events, 10) == 10) {
    }

    CHECK_FALSE(test.in.needs_sweep());
    CHECK(test.cells() <= 22);
    CHECK(test.take_all() ==
          "9 19 29 39 49 59 69 79 89 99 109 119 129 139 149 159 169 179 189 199");
}

TEST_CASE("the first event that is meant is taken from among the first keys") {
    lane_under_test test;
    for (std::uint64_t due = 0; due < 20; ++due) {
        test.push(due, due < 2 ? 1 : 0);
    }
    REQUIRE(test.cancel_tag(1) == 2);
    const auto is_long = [](const event_cell& cell) { return cell.size == 2; };
    const auto is_longer = [](const event_cell& cell) { return cell.size == 3; };

    const std::optional<due_key> first = test.in.take_first(test.events, 64, is_long);
    REQUIRE(first.has_value());
    CHECK(due_of(*first) == 10);
    CHECK_FALSE(test.in.take_first(test.events, 64, is_longer).has_value());
    CHECK_FALSE(test.in.take_first(test.events, 2, is_long).has_value());

    test.events.take_out(slot_of(*first));
    test.events.recycle(slot_of(*first));
    CHECK(test.take_all() == "2 3 4 5 6 7 8 9 11 12 13 14 15 16 17 18 19");
}

TEST_CASE("a lane takes as many keys as were promised") {
    lane made = std::move(*lane::make(2));
    CHECK(made.takes(2));
    CHECK_FALSE(made.takes(3));
    made.push(make_due_key(1, 1, 0));
    CHECK(made.takes(1));
    CHECK_FALSE(made.takes(2));
}
