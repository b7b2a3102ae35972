// SPDX-License-Identifier: MIT
// A worker that waits awake for the last moment before an event is due. How late it then is, is
// measured in bench; here: never early, in order, and not beyond what it is told.
#include "kernel/host/worker/worker.hpp"
#include "tests/kernel/host/loop_case.hpp"
#include "tests/support/finished_counts.hpp"
#include "tests/support/skip.hpp"

#include <sched.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

constexpr std::int64_t ms = 1'000'000;
constexpr double whole_processor = 1.0;

// A plugin that notes what is sent to it, when, and under which priority.
struct noting_plugin {
    noting_plugin() {
        output.struct_size = sizeof output;
        output.send = [](tactus_plugin* self, const tactus_batch* batch,
                         std::uint32_t* accepted) noexcept -> tactus_status {
            reinterpret_cast<noting_plugin*>(self)->note(*batch->events);
            *accepted = 1;
            return TACTUS_OK;
        };
    }
    [[nodiscard]] host::worker::destination precise() {
        return {&output, reinterpret_cast<tactus_plugin*>(this), whole_processor};
    }
    void note(const tactus_event& event) {
        while (is_held) {
            std::this_thread::yield();
        }
        sched_param mine{};
        ::sched_getparam(0, &mine);
        const std::lock_guard lock(mutex);
        early += clock.now_ns() < event.due_ns ? 1 : 0;
        order += static_cast<char>(event.bytes[0]);
        priority = mine.sched_priority;
    }

    tactus_output_0 output{};
    time::real_clock clock;
    std::atomic<bool> is_held{false};
    std::mutex mutex; // guards the rest, until the worker has ended
    int early = 0;
    int priority = 0;
    std::string order;
};

// Hands over events that are due so long from now, and waits until they are sent.
void play(loop_case& fixture, noting_plugin& plugin, const std::vector<std::int64_t>& ahead_ns) {
    host::worker thread(fixture.turns, "precise", plugin.precise());
    const std::int64_t begin_ns = fixture.clock.now_ns();
    char name = 'a';
    plugin.is_held = true; // the first, so that all are there before another one is due
    const single first("_", 0, begin_ns);
    REQUIRE(thread.hand_over(first.event));
    REQUIRE(fixture.turn_until([&] { return thread.busy_since_ns() != 0; }));
    for (const std::int64_t each : ahead_ns) {
        const single event(std::string(1, name++), 0, begin_ns + each);
        REQUIRE(thread.hand_over(event.event));
    }
    plugin.is_held = false;
    finished_counts done;
    const bool all =
        fixture.turn_until([&] { return done.of(thread).sent == ahead_ns.size() + 1; });
    thread.request_stop();
    thread.join();
    CHECK(all);
}

} // namespace

TEST_CASE_METHOD(loop_case, "who waits awake sends nothing early, and by due") {
    noting_plugin plugin;

    play(*this, plugin, {5 * ms, 3 * ms, 4 * ms, 4 * ms, 0, 3 * ms + 50'000});

    CHECK(plugin.early == 0);
    CHECK(plugin.order == "_ebfcda");
}

TEST_CASE_METHOD(loop_case, "who waits awake may be told to stop meanwhile") {
    noting_plugin plugin;
    host::worker thread(turns, "precise", plugin.precise());
    const single event("a", 0, clock.now_ns() + 60'000 * ms);
    REQUIRE(thread.hand_over(event.event));

    thread.request_stop();
    thread.join();

    CHECK(thread.has_ended());
    CHECK(plugin.order.empty());
}

TEST_CASE_METHOD(loop_case, "under a real-time loop a precise output is one below it") {
    noting_plugin plugin;
    bool is_permitted = false;
    std::thread([&] { // the test's own thread stays as it is
        sched_param wanted{};
        wanted.sched_priority = 40;
        is_permitted = ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted) == 0;
        if (is_permitted) {
            play(*this, plugin, {2 * ms});
        }
    })
        .join();
    if (!is_permitted) {
        TACTUS_SKIP("the system does not permit real-time scheduling (RLIMIT_RTPRIO)");
    }

    CHECK(plugin.priority == 39);
}

TEST_CASE_METHOD(loop_case, "under an ordinary loop a precise output is an ordinary thread") {
    noting_plugin plugin;

    play(*this, plugin, {2 * ms});

    CHECK(plugin.priority == 0);
}
