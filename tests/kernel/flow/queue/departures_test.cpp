// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/departures.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::flow;

namespace {

constexpr std::int64_t start_ns = 1'000'000'000'000;

// Outputs with keys alone: no event is behind them.
struct departures_under_test {
    departures leave{start_ns};
    std::uint64_t sequence = 1;

    std::uint16_t add() {
        const auto added = leave.queues().add({{100, 1 << 20}, when_full::refuse}, 200);
        REQUIRE(added.has_value());
        return *added;
    }
    void push(std::uint16_t output, std::int64_t due_ns) {
        output_queue& to = leave.queues().at(output);
        to.insert(normal_lane, leave.epoch().make_key(due_ns, sequence++, 0), {1, 128});
        leave.queues().refresh(to);
    }
};

} // namespace

TEST_CASE("the output that wants its events earlier is next, from that moment on") {
    departures_under_test test;
    const std::uint16_t one = test.add();
    const std::uint16_t other = test.add();
    CHECK_FALSE(test.leave.next_due().has_value());
    test.push(one, start_ns + 100);
    test.push(other, start_ns + 120);
    CHECK(test.leave.next_output_due(start_ns + 100) == one);

    test.leave.set_ahead(other, 50);
    CHECK(test.leave.next_due() == start_ns + 70);
    CHECK_FALSE(test.leave.next_output_due(start_ns + 69).has_value());
    CHECK(test.leave.next_output_due(start_ns + 70) == other);
    CHECK(test.leave.next_due(one) == start_ns + 100);
}

TEST_CASE("a paused output has a next event, and is not next") {
    departures_under_test test;
    const std::uint16_t output = test.add();
    test.push(output, start_ns + 100);

    test.leave.pause(output);
    CHECK_FALSE(test.leave.next_due().has_value());
    CHECK(test.leave.next_due(output) == start_ns + 100);
    test.leave.resume(output);
    CHECK(test.leave.next_due() == start_ns + 100);
}

TEST_CASE("a frozen output lets go what leaves before that moment, whatever resumes it") {
    departures_under_test test;
    const std::uint16_t output = test.add();
    test.push(output, start_ns + 100);
    test.leave.freeze(output, start_ns + 100);
    CHECK(test.leave.next_due() == start_ns + 100);
    CHECK(test.leave.before_freeze(output, start_ns + 90) == start_ns + 90);
    CHECK(test.leave.before_freeze(output, start_ns + 300) == start_ns + 100);

    test.leave.freeze(output, start_ns + 99);
    test.leave.resume(output);
    CHECK_FALSE(test.leave.next_due().has_value());
    test.leave.thaw(output);
    CHECK(test.leave.next_due() == start_ns + 100);
    CHECK(test.leave.before_freeze(output, start_ns + 300) == start_ns + 300);
}

TEST_CASE("when the host clock stood still, everything leaves that much earlier") {
    departures_under_test test;
    const std::uint16_t output = test.add();
    test.push(output, start_ns + 100);
    test.leave.freeze(output, start_ns + 200);

    test.leave.pass_time(30);

    CHECK(test.leave.next_due() == start_ns + 70);
    CHECK(test.leave.before_freeze(output, start_ns + 300) == start_ns + 170);
}
