// SPDX-License-Identifier: MIT
// The thread of an output that may block, and of blocking work; through an instance on a real loop.
#include "kernel/host/worker/worker.hpp"
#include "tests/kernel/host/loop_case.hpp"
#include "tests/support/finished_counts.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

constexpr std::int64_t ms = 1'000'000;

// What the worker sent, and when.
struct sent_event {
    std::string bytes;
    std::int64_t due_ns;
    std::int64_t at_ns;
};

struct worker_case : loop_instance {
    std::mutex mutex; // guards sends_
    std::vector<sent_event> sends_;
    std::atomic<tactus_status> answer{TACTUS_OK};
    std::atomic<int> offered{0};

    worker_case() {
        plays.output.flags = TACTUS_OUT_MAY_BLOCK;
        plays.on_send = [this](const tactus_batch& batch, std::uint32_t& accepted) {
            ++offered;
            accepted = 0;
            const tactus_status status = answer;
            if (status == TACTUS_OK) {
                const tactus_event& event = *batch.events;
                const std::lock_guard lock(mutex);
                sends_.push_back(
                    {std::string(reinterpret_cast<const char*>(event.bytes), event.size),
                     event.due_ns, clock.now_ns()});
                accepted = 1;
            }
            return status;
        };
    }
    ~worker_case() override { wind_up(); }

    void up() {
        start(host::role::output);
        (void)come_up();
    }
    [[nodiscard]] std::vector<sent_event> taken() {
        const std::lock_guard lock(mutex);
        return sends_;
    }
    [[nodiscard]] bool all_done(std::uint64_t n) {
        return turn_until([&] {
            const flow::output_ledger now = fixture.output(1);
            return now.sent + now.dropped_by.total() == n;
        });
    }
};

TEST_CASE_METHOD(worker_case, "events leave in the order of due, and never early") {
    up();
    const std::int64_t begin_ns = clock.now_ns();
    for (const int at_ms : {30, 10, 20, 0, 10}) {
        fixture.deliver(1, "at " + std::to_string(at_ms), begin_ns + at_ms * ms);
    }

    REQUIRE(all_done(5));
    const std::vector<sent_event> sends = taken();

    std::vector<std::string> order;
    for (const sent_event& each : sends) {
        order.push_back(each.bytes);
        CHECK(each.at_ns >= each.due_ns);
    }
    CHECK(order == std::vector<std::string>{"at 0", "at 10", "at 10", "at 20", "at 30"});
    CHECK(fixture.output(1).sent == 5);
    const flow::output_snapshot seen = fixture.dispatcher.account().take_snapshot(1);
    CHECK(seen.lateness.count == 5);
    CHECK(seen.send_duration.count == 5);
}

TEST_CASE_METHOD(worker_case, "what is handed over later with an earlier due time goes first") {
    std::atomic<bool> is_held{true};
    const auto send = plays.on_send;
    plays.on_send = [&](const tactus_batch& batch, std::uint32_t& accepted) {
        while (is_held) { // until all are handed over, however long that takes
            std::this_thread::yield();
        }
        return send(batch, accepted);
    };
    up();
    host::worker& thread = one->resources().worker().get();
    const std::int64_t begin_ns = clock.now_ns();
    const single first("first", 0, begin_ns);
    const single late("late", 0, begin_ns + 60 * ms);
    const single soon("soon", 0, begin_ns + 20 * ms);
    REQUIRE(thread.hand_over(first.event));
    REQUIRE(turn_until([&] { return thread.busy_since_ns() != 0; }));
    REQUIRE(thread.hand_over(late.event));
    REQUIRE(thread.hand_over(soon.event));
    is_held = false;

    finished_counts done;
    REQUIRE(turn_until([&] { return done.of(thread).sent == 3; }));
    std::vector<sent_event> sends = taken();
    sends.erase(sends.begin());

    CHECK(sends[0].bytes == "soon");
    CHECK(sends[1].bytes == "late");
    CHECK(sends[0].at_ns >= begin_ns + 20 * ms);
    CHECK(sends[1].at_ns >= begin_ns + 60 * ms);
    wind_up(); // the worker has this test's variables
}

TEST_CASE_METHOD(worker_case,
                 "a plugin that wants its events ahead gets them ahead, with their due") {
    plays.ahead_ns = 5'000 * ms;
    up();
    const std::int64_t due_ns = clock.now_ns() + 5'010 * ms;
    fixture.deliver(1, "early", due_ns);

    REQUIRE(all_done(1));
    const std::vector<sent_event> sends = taken();

    CHECK(sends[0].due_ns == due_ns);
    CHECK(sends[0].at_ns >= due_ns - 5'000 * ms);
    CHECK(sends[0].at_ns < due_ns);
}

TEST_CASE_METHOD(worker_case, "failures are counted by their reason, the rest goes on") {
    up();
    answer = TACTUS_E_IO;
    fixture.deliver(1, "a");
    REQUIRE(all_done(1));
    answer = TACTUS_E_CLOSED;
    fixture.deliver(1, "b");
    REQUIRE(all_done(2));
    answer = TACTUS_OK;
    fixture.deliver(1, "c");
    REQUIRE(all_done(3));

    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_error) == 1);
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_down) == 1);
    CHECK(fixture.output(1).sent == 1);
}

TEST_CASE_METHOD(worker_case, "full is kept on the worker until writable, in order") {
    up();
    answer = TACTUS_E_AGAIN;
    fixture.deliver(1, "first");
    fixture.deliver(1, "second");
    REQUIRE(turn_until([&] { return offered > 0; }));
    CHECK(fixture.output(1).dropped_by.total() == 0);
    CHECK(fixture.dispatcher.account().in_flight() == 2);

    answer = TACTUS_OK;
    const bool from_elsewhere = GENERATE(false, true);
    const tactus_ports_0& ports = table<tactus_ports_0>(TACTUS_PORTS_0);
    if (from_elsewhere) {
        (void)elsewhere([&] { return ports.writable(host(), 1), 0; });
    } else {
        ports.writable(host(), 1);
    }
    REQUIRE(all_done(2));
    const std::vector<sent_event> sends = taken();

    CHECK(sends[0].bytes == "first");
    CHECK(sends[1].bytes == "second");
    CHECK(offered == 3);
}

TEST_CASE_METHOD(worker_case, "real-time MIDI passes what waits for room, when it is due") {
    const std::string clock_byte = "\xF8";
    std::atomic<bool> has_room{false};
    std::vector<std::string> taken_in_order; // the worker's until wind_up
    std::atomic<int> refused{0};
    plays.on_send = [&](const tactus_batch& batch, std::uint32_t& accepted) {
        const std::string bytes(reinterpret_cast<const char*>(batch.events->bytes),
                                batch.events->size);
        if (!has_room && bytes != clock_byte) {
            ++refused;
            accepted = 0;
            return TACTUS_E_AGAIN;
        }
        taken_in_order.push_back(bytes);
        accepted = 1;
        return TACTUS_OK;
    };
    up();
    fixture.deliver(1, "first");
    fixture.deliver(1, "second");
    REQUIRE(turn_until([&] { return refused == 1; }));
    const std::int64_t due_ns = clock.now_ns() + 20 * ms;
    for (const std::int64_t each_ns : {due_ns, clock.now_ns()}) {
        flow::delivery tick;
        tick.due_ns = each_ns;
        tick.source.bytes = std::as_bytes(std::span(clock_byte));
        tick.source.protocol = TACTUS_PROTO_MIDI;
        fixture.dispatcher.enqueuer().deliver(1, tick);
    }

    REQUIRE(all_done(2));
    CHECK(clock.now_ns() >= due_ns);
    CHECK(refused == 1); // what waits was not offered again without a word
    has_room = true;
    table<tactus_ports_0>(TACTUS_PORTS_0).writable(host(), 1);
    REQUIRE(all_done(4));

    wind_up();
    CHECK(taken_in_order == std::vector<std::string>{clock_byte, clock_byte, "first", "second"});
}

TEST_CASE_METHOD(worker_case, "a writable that comes while send answers full is not lost") {
    int room = 0;
    plays.on_send = [&](const tactus_batch&, std::uint32_t& accepted) {
        accepted = room++ == 0 ? 0 : 1;
        if (accepted == 0) {
            table<tactus_ports_0>(TACTUS_PORTS_0).writable(host(), 1);
            return TACTUS_E_AGAIN;
        }
        return TACTUS_OK;
    };
    up();
    fixture.deliver(1, "a");

    REQUIRE(all_done(1));
    CHECK(fixture.output(1).sent == 1);
    wind_up(); // the worker has this test's variables
}

TEST_CASE_METHOD(worker_case,
                 "a ring that is full keeps the rest in the queue, and loses nothing") {
    std::atomic<bool> is_held{true};
    std::atomic<bool> has_begun{false};
    plays.on_send = [&](const tactus_batch&, std::uint32_t&) {
        has_begun = true;
        while (is_held) {
            std::this_thread::yield();
        }
        return TACTUS_OK;
    };
    up();
    const std::string big(30'000, 'x');
    for (int i = 0; i < 200; ++i) { // the thread takes 128 at most, and the ring holds eight
        fixture.deliver(1, big);
    }
    REQUIRE(turn_until([&] { return has_begun.load(); }));
    CHECK(one->resources().worker().busy_since_ns() != 0);
    CHECK(fixture.dispatcher.queue().pending().events > 0);
    CHECK(fixture.unaccounted(1) == 0);

    is_held = false;
    REQUIRE(all_done(200));

    CHECK(fixture.output(1).sent == 200);
    CHECK(fixture.unaccounted(1) == 0);
    wind_up(); // the worker has this test's variables
}

TEST_CASE_METHOD(worker_case, "after stopped nothing more is sent; what waits is output_down") {
    up();
    fixture.dispatcher.run_due(clock.now_ns());
    for (int i = 0; i < 10; ++i) {
        fixture.deliver(1, "later", clock.now_ns() + 1 * ms);
    }
    fixture.dispatcher.run_due(clock.now_ns()); // handed over 2 ms ahead
    host()->stopped(host(), TACTUS_OK);
    const std::size_t sends_until_then = taken().size();
    REQUIRE(turn_until([&] { return one->is_quiet(); }));
    one->destroy();
    const std::vector<sent_event> sends = taken();

    CHECK(plays.alive == 0);
    CHECK(sends.size() <= sends_until_then + 1);
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_down) == 10 - sends.size());
    CHECK(fixture.unaccounted(1) == 0);
    one.reset();
}

TEST_CASE_METHOD(worker_case, "the events that wait while an output is busy lose no order") {
    up();
    for (int i = 0; i < 3000; ++i) {
        fixture.deliver(1, std::to_string(i));
        if (i % 100 == 99) {
            REQUIRE(all_done(static_cast<std::uint64_t>(i + 1)));
        }
    }
    const std::vector<sent_event> sends = taken();
    for (int i = 0; i < 3000; ++i) {
        REQUIRE(sends[static_cast<std::size_t>(i)].bytes == std::to_string(i));
    }
}

struct work_case : loop_instance {
    std::vector<int> order; // by the worker, read when done
    std::mutex mutex;
    const tactus_exec_0& exec() const { return table<tactus_exec_0>(TACTUS_EXEC_0); }
};

TEST_CASE_METHOD(work_case,
                 "work runs on a thread of its own, one after the other, done on the loop") {
    start();
    struct job {
        test_op op;
        std::thread::id ran_on;
        std::atomic<int>* running;
        int most = 0;
    };
    std::atomic<int> running{0};
    std::vector<std::unique_ptr<job>> jobs;
    std::vector<std::thread::id> done_on;
    for (int i = 0; i < 20; ++i) {
        jobs.push_back(std::make_unique<job>());
        job& each = *jobs.back();
        each.running = &running;
        each.op.then = [&] { done_on.push_back(std::this_thread::get_id()); };
        REQUIRE(exec().work(
                    host(), each.op,
                    [](void* arg) noexcept {
                        job& self = *static_cast<job*>(arg);
                        self.most = ++*self.running;
                        self.ran_on = std::this_thread::get_id();
                        --*self.running;
                    },
                    &each) == TACTUS_PENDING);
    }
    CHECK(done_on.empty());

    REQUIRE(turn_until([&] { return done_on.size() == 20; }));

    for (const auto& each : jobs) {
        CHECK(each->op.dones == 1);
        CHECK(each->op.status == TACTUS_OK);
        CHECK(each->most == 1);
        CHECK(each->ran_on != std::this_thread::get_id());
        CHECK(each->ran_on == jobs.front()->ran_on);
    }
    for (const std::thread::id each : done_on) {
        CHECK(each == std::this_thread::get_id());
    }
}

TEST_CASE_METHOD(work_case, "work that runs cannot be cancelled, and its end is its own") {
    start();
    std::atomic<bool> is_held{true};
    test_op op;
    REQUIRE(exec().work(
                host(), op,
                [](void* held) noexcept {
                    while (*static_cast<std::atomic<bool>*>(held)) {
                        std::this_thread::yield();
                    }
                },
                &is_held) == TACTUS_PENDING);

    CHECK(host()->cancel(host(), op) == TACTUS_OK);
    host()->stopped(host(), TACTUS_OK);
    CHECK_FALSE(one->is_quiet());
    is_held = false;
    REQUIRE(turn_until([&] { return op.dones > 0; }));

    CHECK(op.status == TACTUS_OK);
}

} // namespace
