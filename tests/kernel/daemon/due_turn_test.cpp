// SPDX-License-Identifier: MIT
// The first thing in each turn, in virtual time: how early it wants to be woken, how long it waits
// awake, and whether it forgets nobody.
#include "kernel/daemon/due_turn.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/flow_fixture.hpp"
#include "tests/support/passing_clock.hpp"
#include "tests/support/recording_sink.hpp"
#include "tests/support/scripted_plugin.hpp"

#include <tactus/cpp/ready_queue.hpp>

#include <string>

namespace {

using namespace tactus;
using tactus::time::adaptive_lead;

constexpr std::int64_t ms = 1'000'000;
// Late in turns: the lead follows the largest, so most waits are long.
constexpr std::int64_t wake_errors_ns[] = {100'000, 10'000, 10'000, 10'000};

// Only its clock goes on.
class passing_reactor final : public coro::reactor {
public:
    testing::passing_clock time;
    coro::deferred* deferred = nullptr; // the last one

    [[nodiscard]] const time::clock& clock() const noexcept override { return time; }
    [[nodiscard]] tactus::ready_queue& ready() noexcept override { return ready_; }
    void arm(coro::timer&, std::int64_t) noexcept override {}
    void disarm(coro::timer&) noexcept override {}
    bool watch(coro::fd_watch&, std::uint32_t) noexcept override { return false; }
    void unwatch(coro::fd_watch&) noexcept override {}
    void defer(coro::deferred& node) noexcept override { deferred = &node; }
    void start(coro::job&) noexcept override {}
    void post(void (*)(void*) noexcept, void*) override {}

private:
    tactus::ready_queue ready_;
};

// One output behind a turn; wake() is what the loop does at a deadline.
struct turn_case {
    void add(bool is_precise, bool is_deferred = false) {
        flow::output_settings settings;
        settings.is_precise = is_precise;
        const std::uint16_t index = *dispatcher.add_output(settings);
        dispatcher.connections().attach(index, {&sink, 1U << TACTUS_PROTO_OSC, 0, is_deferred});
        dispatcher.connections().ports(index).add("port", "port", true);
        dispatcher.connections().ports_changed(index);
    }
    void deliver(std::int64_t due_ns, std::uint16_t input = flow::no_input) {
        flow::delivery what;
        what.source.input = input;
        what.due_ns = due_ns;
        what.source.bytes = std::as_bytes(std::span(payload));
        what.source.protocol = TACTUS_PROTO_OSC;
        dispatcher.enqueuer().deliver(0, what);
    }
    // One input leads to one output, and has no room there.
    void fill_room() {
        flow::output_settings small;
        small.limits = {{10, 1 << 20}, flow::when_full::refuse};
        REQUIRE(dispatcher.add_output(small).has_value());
        REQUIRE(ingress.add_input({}).has_value());
        ingress.configure({});
        fan_out.configure(flow::router({{{0}, std::nullopt, {0}}}));
        for (int i = 0; i < 10; ++i) {
            deliver(1000 * ms, 0);
        }
    }
    void wake() {
        const std::int64_t awaited_ns = turn.next_due_ns();
        const std::int64_t now_ns = awaited_ns + wake_errors_ns[wakes++ % 4];
        reactor.time.set_ns(now_ns);
        turn.woke(awaited_ns, now_ns);
        if (turn.next_due_ns() <= now_ns) {
            turn.run_due(now_ns);
        }
    }

    std::size_t wakes = 1;
    const std::string payload = std::string("/a\0\0,\0\0\0", 8);
    passing_reactor reactor;
    time::timebase timebase{reactor.time};
    flow::dispatcher dispatcher{std::move(*flow::timed_queue::make({}, 0)), reactor.time};
    flow::fan_out fan_out{dispatcher, reactor.time};
    flow::ingress ingress{fan_out, dispatcher, timebase, reactor.time};
    host::backpressure_waiters waiters;
    coro::timer stall_timer;
    daemon::due_turn turn{dispatcher, ingress, fan_out, waiters, reactor, stall_timer, 0.05};
    testing::recording_sink sink{reactor.time};
};

} // namespace

TEST_CASE_METHOD(turn_case, "an output of normal precision is woken for at due") {
    add(false);
    deliver(10 * ms);

    CHECK(turn.next_due_ns() == 10 * ms);
}

TEST_CASE_METHOD(turn_case, "a precise output is woken for early, and gets its event at due") {
    add(true);
    deliver(10 * ms);
    CHECK(turn.next_due_ns() == 10 * ms - adaptive_lead::lead_first_ns);

    wake();

    REQUIRE(sink.records.size() == 1);
    CHECK(sink.records[0].at_ns >= 10 * ms);
    CHECK(sink.records[0].at_ns < 10 * ms + 1000);
}

TEST_CASE_METHOD(turn_case, "an output that waits by itself is not waited for, precise or not") {
    add(true, true);
    deliver(10 * ms);

    CHECK(turn.next_due_ns() == 10 * ms);
}

TEST_CASE_METHOD(turn_case, "the lead is as good after a second over budget as before") {
    add(true);
    std::int64_t due_ns = 0;
    bool was_over = false;
    const auto play = [&](int count, std::int64_t gap_ns) {
        for (int i = 0; i < count; ++i) {
            due_ns += gap_ns;
            deliver(due_ns);
            was_over = was_over || turn.next_due_ns() == due_ns;
            wake();
        }
    };
    const auto lead_ns = [&] {
        due_ns += 10 * ms;
        deliver(due_ns);
        const std::int64_t lead = due_ns - turn.next_due_ns();
        wake();
        return lead;
    };
    play(800, 5 * ms / 2); // the lead settles
    const std::int64_t before_ns = lead_ns();
    REQUIRE_FALSE(was_over);

    play(4000, ms / 2); // too much for the budget
    play(4, 500 * ms);

    const std::int64_t after_ns = lead_ns();
    CHECK(before_ns > 0);
    CHECK(was_over);
    CHECK(after_ns > 0);
    CHECK(after_ns <= before_ns + 2 * adaptive_lead::grow_ns);
}

TEST_CASE_METHOD(turn_case, "an input that waits for room goes on when a panic has made it") {
    fill_room();
    net::operations pending(reactor);
    pending.open();
    testing::test_op op;
    net::operation* const waiting =
        pending.begin(op, [](net::operation&) noexcept { return true; });
    waiters.add(*waiting, {.input = 0, .group = 0, .more = {1, 0}});
    static_cast<void>(turn.tidy());
    REQUIRE(reactor.deferred == nullptr); // still full

    dispatcher.canceller().drop(flow::dropped::cancelled);
    static_cast<void>(turn.tidy()); // nothing is due

    REQUIRE(reactor.deferred != nullptr);
    reactor.deferred->run(*reactor.deferred);
    CHECK(op.status == TACTUS_OK);
    CHECK(op.dones == 1);
}

TEST_CASE_METHOD(turn_case, "who gives up its wait for room ends no other's") {
    fill_room();
    net::operations pending(reactor);
    pending.open();
    std::array<testing::test_op, 2> ops;
    std::array<net::operation*, 2> waiting{};
    for (std::size_t i = 0; i < ops.size(); ++i) {
        waiting[i] = pending.begin(ops[i], [](net::operation&) noexcept { return true; });
        waiters.add(*waiting[i], {.input = 0, .group = 0, .more = {1, 0}});
    }

    waiters.remove(waiting[0]);
    dispatcher.canceller().drop(flow::dropped::cancelled);
    static_cast<void>(turn.tidy());

    REQUIRE(reactor.deferred != nullptr);
    reactor.deferred->run(*reactor.deferred);
    CHECK(ops[1].dones == 1);
    CHECK(ops[0].dones == 0);
    waiting[0]->list->finish(*waiting[0], TACTUS_E_CANCELED, 0);
}

TEST_CASE_METHOD(turn_case, "what is refused in turns in which nothing is due is told") {
    const testing::log_pipe pipe;
    base::log log(pipe.settings());
    daemon::loss_report losses(dispatcher.account(), ingress, fan_out, log);
    losses.add_input(*ingress.add_input({}), "desk");
    turn.set_report(&losses);
    static_cast<void>(turn.tidy());
    reactor.time.set_ns(daemon::loss_report::check_ns * 2);

    REQUIRE(ingress.reject(0, 3, "malformed"));
    static_cast<void>(turn.tidy());

    CHECK(pipe.read_line().find("input=desk count=3") != std::string::npos);
    turn.set_report(nullptr);
}
