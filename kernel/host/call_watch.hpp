// SPDX-License-Identifier: MIT
// Names the plugin that holds the loop up and does not come back: then nobody on the loop could say
// so, neither the log nor a scrape. The loop notes which call it is in; a watchdog timer, armed
// once a second at most and only while calls are made, fires on a thread of its own and looks
// whether it is still the same one. An idle daemon arms nothing and so is not woken. Calls that do
// come back are blocked_calls' to count. One object for the daemon.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/host/watchdog_timer.hpp"

#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace tactus::host {

class call_watch {
public:
    // A call is reported when it has lasted so long, and whenever that has doubled.
    static constexpr std::int64_t limit_ns = 1'000'000'000;

    // Texts that last as long as the watch, and as the program; nullptr is no call.
    struct call {
        const char* instance = nullptr;
        const char* callback = nullptr;
    };

    // `log` and, once it is set, the watchdog must outlive the calls.
    explicit call_watch(base::log& log) : log_(log) {}

    // Before the first call; without one nothing is watched.
    void set_watchdog(watchdog_timer* watchdog) noexcept { watchdog_ = watchdog; }

    // The name, kept for as long as the watch. Threads: loop.
    [[nodiscard]] const char* keep(std::string_view instance);

    // The loop is in that call from now on; the answer is what it was in before, to be given back
    // when it ends: calls are nested where one plugin's event is due in another. Threads: loop.
    call enter(const call& next) noexcept {
        const call outer{instance_.load(std::memory_order_relaxed),
                         callback_.load(std::memory_order_relaxed)};
        note(next);
        if (watchdog_ != nullptr && !is_armed_.load(std::memory_order_seq_cst)) {
            is_armed_.store(true, std::memory_order_seq_cst);
            watchdog_->arm(limit_ns);
        }
        return outer;
    }
    void leave(const call& outer) noexcept { note(outer); }

    // The watchdog fired. Threads: the watchdog's.
    void watchdog_fired() noexcept;

private:
    void note(const call& now) noexcept {
        callback_.store(now.callback, std::memory_order_relaxed);
        instance_.store(now.instance, std::memory_order_relaxed);
        changes_.store(changes_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
    }
    void report(const call& held) noexcept;

    base::log& log_;
    watchdog_timer* watchdog_ = nullptr;
    std::set<std::string, std::less<>> names_; // loop

    // Which call the loop is in. Written by the loop, read by the watchdog's thread, which believes
    // what it reads only when changes_ is the same as a second before: so these may be relaxed.
    std::atomic<const char*> instance_{nullptr};
    std::atomic<const char*> callback_{nullptr};
    // The loop writes changes_, then reads is_armed_; the watchdog's thread, when it goes to rest,
    // writes is_armed_, then reads changes_. Sequentially consistent, so that one of the two sees
    // the other's write and arms.
    std::atomic<std::uint64_t> changes_{0};
    std::atomic<bool> is_armed_{false};

    // The watchdog's thread.
    std::uint64_t seen_changes_ = 0;
    std::int64_t held_ns_ = 0;
    std::int64_t next_report_ns_ = limit_ns;
};

} // namespace tactus::host
