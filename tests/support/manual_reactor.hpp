// SPDX-License-Identifier: MIT
// A reactor in virtual time: nothing moves unless the test says so. Timers fire in (due, order of
// arming) while the test advances the clock; deferred calls, posts, jobs and ready coroutines run
// in settle(). It is strict where the real loop is forgiving: what is still armed, queued or
// running at its end is a mistake of the code under test, and aborts with a reason. Threads: one,
// but for post().
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/coro/reactor.hpp"
#include "tests/support/manual_clock.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace tactus::testing {

class manual_reactor final : public coro::reactor {
public:
    // A settle() that needs more rounds than this never ends: something wakes itself for ever.
    static constexpr std::size_t rounds_max = 1'000'000;

    manual_reactor() = default;
    ~manual_reactor() override {
        TACTUS_ASSERT(timers_.empty());   // a timer outlived its owner's use
        TACTUS_ASSERT(watches_.empty());  // a descriptor was never unwatched
        TACTUS_ASSERT(deferred_.empty()); // call settle() before the end
        TACTUS_ASSERT(jobs_.empty());     // a job was started and never run
    }

    // --- what the test does -------------------------------------------------------------------

    [[nodiscard]] std::int64_t now_ns() const noexcept { return clock_.now_ns(); }
    [[nodiscard]] manual_clock& wall() noexcept { return clock_; }

    // Runs all that can run now, until nothing is left but waits.
    void settle() noexcept {
        std::size_t rounds = 0;
        while (turn()) {
            TACTUS_ASSERT(++rounds < rounds_max);
        }
    }

    // Lets time pass, firing timers at their due times and settling after each.
    void advance_to(std::int64_t time_ns) noexcept {
        TACTUS_ASSERT(time_ns >= now_ns());
        settle();
        while (!timers_.empty() && (*timers_.begin())->due_ns <= time_ns) {
            clock_.set_ns(std::max(now_ns(), (*timers_.begin())->due_ns));
            settle();
        }
        clock_.set_ns(time_ns);
        settle();
    }
    void advance_by(std::int64_t by_ns) noexcept { advance_to(now_ns() + by_ns); }
    // The process is stopped for so long: what is due meanwhile fires late.
    void hold_up(std::int64_t by_ns) noexcept {
        clock_.set_ns(now_ns() + by_ns);
        settle();
    }

    // Lets time pass to the next timer. False where none is armed.
    bool advance_to_next() noexcept {
        settle();
        if (timers_.empty()) {
            return false;
        }
        advance_to(std::max(now_ns(), (*timers_.begin())->due_ns));
        return true;
    }

    // From now on jobs wait for run_one_job(); otherwise settle() runs them.
    void hold_jobs(bool hold = true) noexcept { holds_jobs_ = hold; }
    [[nodiscard]] std::size_t jobs_waiting() const noexcept { return jobs_.size(); }
    // Runs the oldest job, its `work` and then its `done`, and settles. False where there is none.
    bool run_one_job() noexcept {
        const bool ran = run_oldest_job();
        settle();
        return ran;
    }

    // The descriptor becomes ready: fires the waits whose mask meets `events`, and settles. False
    // where nobody waits for that.
    bool make_ready(int fd, std::uint32_t events) noexcept {
        const auto is_hit = [=](const watched& each) { return each.awaits(fd, events); };
        bool fired = false;
        for (auto hit = std::ranges::find_if(watches_, is_hit); hit != watches_.end();
             hit = std::ranges::find_if(watches_, is_hit)) {
            coro::fd_watch& node = *hit->node;
            hit->events = 0; // one-shot; before the call, which may change the list
            node.ready(node, events);
            fired = true;
        }
        settle();
        return fired;
    }
    // Whether somebody waits for one of these events of the descriptor.
    [[nodiscard]] bool is_watched(int fd, std::uint32_t events) const noexcept {
        return std::ranges::any_of(watches_,
                                   [=](const watched& each) { return each.awaits(fd, events); });
    }
    // watch() answers false from now on, as for a descriptor that the system refuses.
    void refuse_watches(bool refuse = true) noexcept { refuses_watches_ = refuse; }

    [[nodiscard]] std::size_t timers_armed() const noexcept { return timers_.size(); }
    // The earliest due time; only where a timer is armed.
    [[nodiscard]] std::int64_t next_due_ns() const noexcept {
        TACTUS_ASSERT(!timers_.empty());
        return (*timers_.begin())->due_ns;
    }

    // --- coro::reactor ------------------------------------------------------------------------

    [[nodiscard]] const time::clock& clock() const noexcept override { return clock_; }
    [[nodiscard]] tactus::ready_queue& ready() noexcept override { return ready_; }

    void arm(coro::timer& node, std::int64_t due_ns) noexcept override {
        disarm(node);
        node.due_ns = due_ns;
        node.sequence = next_sequence_++;
        node.index = 0;
        timers_.insert(&node);
    }
    void disarm(coro::timer& node) noexcept override {
        if (node.is_armed()) {
            TACTUS_ASSERT(timers_.erase(&node) == 1);
            node.index = coro::timer::unarmed;
        }
    }

    // As the real one, it knows a node from its first watch to unwatch, which its owner must call.
    [[nodiscard]] bool watch(coro::fd_watch& node, std::uint32_t events) noexcept override {
        if (node.fd < 0 || refuses_watches_) {
            return false;
        }
        if (node.impl == nullptr) {
            node.impl = this;
            watches_.push_back({&node, 0});
        }
        std::ranges::find(watches_, &node, &watched::node)->events = events;
        return true;
    }
    void unwatch(coro::fd_watch& node) noexcept override {
        if (node.impl != nullptr) {
            std::erase_if(watches_, [&](const watched& each) { return each.node == &node; });
            node.impl = nullptr;
        }
    }

    void defer(coro::deferred& node) noexcept override {
        TACTUS_ASSERT(!node.is_queued);
        node.is_queued = true;
        deferred_.push_back(&node);
    }
    void start(coro::job& node) noexcept override { jobs_.push_back(&node); }

    void post(void (*fn)(void*) noexcept, void* arg) override {
        const std::lock_guard lock(posts_mutex_);
        posts_.push_back({fn, arg});
    }

private:
    struct by_due {
        bool operator()(const coro::timer* left, const coro::timer* right) const noexcept {
            return left->due_ns != right->due_ns ? left->due_ns < right->due_ns
                                                 : left->sequence < right->sequence;
        }
    };
    struct watched {
        coro::fd_watch* node;
        std::uint32_t events; // 0: nobody waits

        [[nodiscard]] bool awaits(int fd, std::uint32_t any_of) const noexcept {
            return node->fd == fd && (events & any_of) != 0;
        }
    };
    struct posted {
        void (*fn)(void*) noexcept;
        void* arg;
    };

    // One round, in the order of the real loop; false where there was nothing to do.
    bool turn() noexcept {
        bool did_work = fire_due_timers();
        did_work = run_posts() || did_work;
        did_work = run_deferred() || did_work;
        did_work = (!holds_jobs_ && run_oldest_job()) || did_work;
        if (!ready_.is_empty()) {
            ready_.run(ready_rounds);
            did_work = true;
        }
        return did_work;
    }

    // All that are due; what these arm anew waits for the next round.
    bool fire_due_timers() noexcept {
        const std::uint64_t sequence_end = next_sequence_;
        bool fired = false;
        while (!timers_.empty() && (*timers_.begin())->due_ns <= now_ns() &&
               (*timers_.begin())->sequence < sequence_end) {
            coro::timer& node = **timers_.begin();
            disarm(node);
            node.fire(node);
            fired = true;
        }
        return fired;
    }

    bool run_posts() noexcept {
        std::vector<posted> taken;
        {
            const std::lock_guard lock(posts_mutex_);
            taken.swap(posts_);
        }
        for (const posted& each : taken) {
            each.fn(each.arg);
        }
        return !taken.empty();
    }

    // What is deferred meanwhile runs in the next round.
    bool run_deferred() noexcept {
        const std::size_t count = deferred_.size();
        for (std::size_t i = 0; i < count; ++i) {
            coro::deferred& node = *deferred_.front();
            deferred_.pop_front();
            node.is_queued = false; // before the call, which may defer or end the node
            node.run(node);
        }
        return count != 0;
    }

    bool run_oldest_job() noexcept {
        if (jobs_.empty()) {
            return false;
        }
        coro::job& node = *jobs_.front();
        jobs_.pop_front();
        node.work(node);
        node.done(node);
        return true;
    }

    static constexpr std::size_t ready_rounds = 128;

    manual_clock clock_;
    tactus::ready_queue ready_;
    std::set<coro::timer*, by_due> timers_;
    std::vector<watched> watches_;
    std::deque<coro::deferred*> deferred_;
    std::deque<coro::job*> jobs_;
    std::mutex posts_mutex_;
    std::vector<posted> posts_;
    std::uint64_t next_sequence_ = 0;
    bool holds_jobs_ = false;
    bool refuses_watches_ = false;
};

} // namespace tactus::testing
