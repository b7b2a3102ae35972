// SPDX-License-Identifier: MIT
// A worker after something unusual: flushed while its plugin is full, told of room in the middle of
// a send, left behind while it works.
#include "kernel/host/worker/worker.hpp"
#include "tests/kernel/host/loop_case.hpp"
#include "tests/support/finished_counts.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

constexpr std::int64_t far_ns = 60'000'000'000;

// An output that is full until it is told otherwise: it then takes nothing but MIDI clock ticks.
// What it took, an OSC payload by its first letter, a tick as "*", a flush as "!".
struct full_worker : loop_instance {
    full_worker() {
        plays.output.flags = TACTUS_OUT_MAY_BLOCK;
        plays.on_send = [this](const tactus_batch& batch, std::uint32_t& accepted) {
            const tactus_event& event = *batch.events;
            const bool is_tick = event.protocol == TACTUS_PROTO_MIDI;
            accepted = 0;
            if (is_full && !is_tick) {
                was_refused = true;
                return TACTUS_E_AGAIN;
            }
            if (is_tick && on_tick) {
                on_tick();
            }
            const std::lock_guard lock(mutex);
            order += is_tick ? '*' : static_cast<char>(event.bytes[0]);
            accepted = 1;
            return TACTUS_OK;
        };
        present = this;
        plays.output.flush = [](tactus_plugin*, std::uint32_t) noexcept {
            const std::lock_guard lock(present->mutex);
            present->order += '!';
        };
    }
    ~full_worker() override { wind_up(); }

    void up() {
        start(tactus::host::role::output);
        (void)come_up();
    }
    [[nodiscard]] tactus::host::worker& thread() { return one->resources().worker().get(); }
    void hand_over(const std::string& bytes, std::int64_t due_ns, std::uint16_t flags = 0) {
        single event(bytes, 0, due_ns);
        event.event.flags = flags;
        REQUIRE(thread().hand_over(event.event));
    }
    // A clock tick; when it has been sent, all that was handed over before is held.
    void tick() {
        single event("\xF8", 0, clock.now_ns());
        event.event.protocol = TACTUS_PROTO_MIDI;
        const std::uint64_t before = done.of(thread()).sent;
        REQUIRE(thread().hand_over(event.event));
        REQUIRE(turn_until([&] { return done.of(thread()).sent > before; }));
    }
    void fill() {
        REQUIRE(turn_until([this] { return was_refused.load(); }));
    }
    [[nodiscard]] std::string said() {
        const std::lock_guard lock(mutex);
        return order;
    }
    [[nodiscard]] bool has_sent(std::uint64_t n) {
        return turn_until([&] { return done.of(thread()).sent == n; });
    }

    static inline full_worker* present = nullptr;
    finished_counts done;
    std::atomic<bool> is_full{true};
    std::atomic<bool> was_refused{false};
    std::function<void()> on_tick;
    std::mutex mutex; // guards order
    std::string order;
};

TEST_CASE_METHOD(full_worker, "flushed while full, a worker sends what ends a note unasked") {
    up();
    hand_over("a", clock.now_ns(), TACTUS_EVENT_CRITICAL);
    fill();

    is_full = false; // and no word of it
    thread().flush(flow::keep::critical);

    CHECK(has_sent(1));
    CHECK(said() == "!a");
}

TEST_CASE_METHOD(full_worker, "flushed while full, a worker that stays full asks only once") {
    std::atomic<int> asked{0};
    const auto send = plays.on_send;
    plays.on_send = [&](const tactus_batch& batch, std::uint32_t& accepted) {
        ++asked;
        return send(batch, accepted);
    };
    up();
    hand_over("a", clock.now_ns(), TACTUS_EVENT_CRITICAL);
    fill();
    const int before = asked;

    thread().flush(flow::keep::critical);
    REQUIRE(turn_until([this] { return said() == "!"; }));
    tick();
    tick();

    CHECK(asked - before == 1 + 2);
    CHECK(said() == "!**");
    is_full = false;
    thread().writable();
    CHECK(has_sent(3));
    CHECK(said() == "!**a");
    wind_up(); // the worker has this test's variables
}

TEST_CASE_METHOD(full_worker, "what a flush leaves goes in the order of due") {
    up();
    const std::int64_t begin_ns = clock.now_ns() - 100;
    hand_over("1", begin_ns + 1);
    hand_over("8", begin_ns + 8, TACTUS_EVENT_CRITICAL);
    hand_over("2", begin_ns + 2, TACTUS_EVENT_CRITICAL);
    fill();
    tick();

    is_full = false;
    thread().flush(flow::keep::critical);

    CHECK(has_sent(3));
    CHECK(said() == "*!28");
    CHECK(done.of(thread()).cancelled == 1);
}

TEST_CASE_METHOD(full_worker, "whatever a flush leaves goes in the order of due") {
    const std::uint32_t seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    up();
    std::string wanted;
    const std::int64_t begin_ns = clock.now_ns() - 1000;
    std::string names = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const std::string sorted = names;
    std::shuffle(names.begin(), names.end(), random);
    for (const char each : names) {
        const bool is_end = random() % 2 == 0;
        hand_over(std::string(1, each), begin_ns + static_cast<std::int64_t>(sorted.find(each)),
                  is_end ? TACTUS_EVENT_CRITICAL : std::uint16_t{0});
        wanted += is_end ? std::string(1, each) : "";
    }
    std::sort(wanted.begin(), wanted.end());
    fill();
    tick();

    is_full = false;
    thread().flush(flow::keep::critical);

    CHECK(has_sent(wanted.size() + 1));
    CHECK(said() == "*!" + wanted);
    CHECK(done.of(thread()).cancelled == names.size() - wanted.size());
}

TEST_CASE_METHOD(full_worker, "a clock tick that passes leaves the others in the order of due") {
    const std::uint32_t seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    up();
    const std::int64_t begin_ns = clock.now_ns() - 1000;
    const std::string sorted = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string names = sorted;
    std::shuffle(names.begin(), names.end(), random);
    std::string ticks;
    for (std::size_t i = 0; i < names.size(); ++i) {
        hand_over(std::string(1, names[i]),
                  begin_ns + static_cast<std::int64_t>(sorted.find(names[i])));
        if (i % 5 == 0) { // due before most of them, so that it is taken out of their midst
            single event("\xF8", 0, begin_ns + 2);
            event.event.protocol = TACTUS_PROTO_MIDI;
            REQUIRE(thread().hand_over(event.event));
            ticks += '*';
        }
    }
    REQUIRE(turn_until([&] { return said() == ticks; }));

    is_full = false;
    thread().writable();

    CHECK(has_sent(names.size() + ticks.size()));
    CHECK(said() == ticks + sorted);
}

TEST_CASE_METHOD(full_worker, "what came late is late from then on, not from its due") {
    is_full = false;
    up();
    const std::int64_t now_ns = clock.now_ns();
    single event("a", 0, now_ns - far_ns);
    event.event.received_ns = now_ns;
    REQUIRE(thread().hand_over(event.event));
    CHECK(has_sent(1));
    CHECK(thread().lateness().take_snapshot().sum_ns < far_ns);
}

TEST_CASE_METHOD(full_worker, "a flushed worker has room for as many as at first") {
    up();
    constexpr std::size_t each = 1000;
    constexpr std::size_t rounds = 5;
    static_assert(rounds * each > tactus::host::worker::unfinished_max);
    for (std::size_t round = 1; round <= rounds; ++round) {
        for (std::size_t i = 0; i < each; ++i) {
            hand_over("x", clock.now_ns() + far_ns);
        }
        tick(); // it is held beside them
        thread().flush(flow::keep::critical);
        REQUIRE(turn_until([&] { return done.of(thread()).cancelled == round * each; }));
    }
    is_full = false;
    hand_over("a", clock.now_ns());
    CHECK(has_sent(rounds + 1));
}

TEST_CASE_METHOD(full_worker, "a flush that finds nothing takes nothing that comes after it") {
    up();
    hand_over("a", clock.now_ns());
    fill();
    thread().flush(flow::keep::critical);
    REQUIRE(turn_until([this] { return said() == "!"; }));

    thread().flush(flow::keep::critical); // nothing was handed over since

    is_full = false;
    hand_over("b", clock.now_ns());
    CHECK(has_sent(1));
    CHECK(said() == "!!b");
    CHECK(done.of(thread()).cancelled == 1);
}

TEST_CASE_METHOD(full_worker, "room that comes in the middle of a clock tick's send is seen") {
    on_tick = [this] {
        is_full = false;
        const tactus_ports_0& ports = table<tactus_ports_0>(TACTUS_PORTS_0);
        ports.writable(host(), 1);
    };
    up();
    hand_over("a", clock.now_ns());
    fill();

    tick();

    CHECK(has_sent(2));
    CHECK(said() == "*a");
}

TEST_CASE_METHOD(full_worker, "room that comes in the middle of a refused send is seen") {
    const auto send = plays.on_send;
    plays.on_send = [&](const tactus_batch& batch, std::uint32_t& accepted) {
        const tactus_status status = send(batch, accepted);
        if (status == TACTUS_E_AGAIN) {
            is_full = false;
            table<tactus_ports_0>(TACTUS_PORTS_0).writable(host(), 1);
        }
        return status;
    };
    up();

    hand_over("a", clock.now_ns());

    CHECK(has_sent(1));
    wind_up(); // the worker has this test's variables
}

TEST_CASE_METHOD(full_worker, "ticks pass a full worker by due, and only when they are due") {
    up();
    hand_over("a", clock.now_ns());
    fill();
    single far("\xF8", 0, clock.now_ns() + far_ns);
    far.event.protocol = TACTUS_PROTO_MIDI;
    REQUIRE(thread().hand_over(far.event));

    tick(); // it was handed over after the far one

    CHECK(done.of(thread()).sent == 1);
    CHECK(said() == "*");
}

TEST_CASE_METHOD(loop_case, "work that ends after its worker was left behind is not told") {
    struct told {
        std::atomic<bool> has_begun{false};
        std::atomic<bool> may_end{false};
        std::atomic<int> dones{0};
    };
    static told here; // no join orders the last read of a thread that was left behind
    std::weak_ptr<const void> thread;
    {
        tactus::host::worker left(turns, "left", {});
        left.submit(
            [](void* arg) noexcept {
                auto& it = *static_cast<told*>(arg);
                it.has_begun = true;
                while (!it.may_end) {
                    std::this_thread::yield();
                }
            },
            &here, [](void* arg) noexcept { ++static_cast<told*>(arg)->dones; }, &here);
        REQUIRE(turn_until([&] { return here.has_begun.load(); }));
        thread = left.abandon();
    }

    here.may_end = true;

    REQUIRE(turn_until([&] { return thread.expired(); }));
    std::atomic<bool> is_last{false};
    turns.post([](void* arg) noexcept { *static_cast<std::atomic<bool>*>(arg) = true; }, &is_last);
    REQUIRE(turn_until([&] { return is_last.load(); }));
    CHECK(here.dones == 0);
}

TEST_CASE_METHOD(loop_case, "work that was submitted before a stop is done, and in order") {
    std::vector<int> order;
    tactus::host::worker thread(turns, "works", {});
    struct job {
        std::vector<int>* order;
        int number;
    };
    std::vector<job> jobs;
    for (int i = 0; i < 20; ++i) {
        jobs.push_back({&order, i});
    }
    for (job& each : jobs) {
        thread.submit([](void*) noexcept {}, nullptr,
                      [](void* arg) noexcept {
                          const auto& it = *static_cast<job*>(arg);
                          it.order->push_back(it.number);
                      },
                      &each);
    }

    thread.request_stop();
    REQUIRE(turn_until([&] { return order.size() == jobs.size() && thread.has_ended(); }));
    thread.join();

    CHECK(std::is_sorted(order.begin(), order.end()));
}

} // namespace
