// SPDX-License-Identifier: MIT
// Names the plugin whose call on the loop does not return: the loop itself can then report nothing,
// neither in the log nor to a scrape. The loop notes which call it is in. A watchdog timer, armed
// at most once a second and only while calls are made, fires on its own thread and checks whether
// that call is still running. An idle daemon arms nothing; therefore it is not woken. Calls that
// return late are counted by blocked_calls. One object for the daemon.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/base/result.hpp"
#include "kernel/host/watchdog/watchdog_timer.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace tactus::host {

class call_watch {
public:
    // A call is reported when it has lasted this long, and again each time that has doubled.
    static constexpr std::int64_t limit_ns = 1'000'000'000;

    // `instance` lives as long as the watch, `callback` as long as the program; nullptr: no call.
    struct call {
        const char* instance = nullptr;
        const char* callback = nullptr;
    };

    // The log's text for a call that holds the loop of a daemon, the check of its file, or a
    // command that asks a plugin for its ports. Static text.
    static constexpr const char* holds_daemon =
        "A plugin blocks the event loop and has not returned: nothing is sent, and no page or "
        "control socket is answered. If it stays so, end the daemon; a call that may wait belongs "
        "on the plugin's worker.";
    static constexpr const char* holds_check =
        "A plugin has not returned from this call, and the check of the configuration waits for "
        "it: nothing is started. If it stays so, end the process; a call that may wait belongs on "
        "the plugin's worker.";

    static constexpr const char* holds_question =
        "A plugin has not returned from this call, and the command waits for its list of ports. "
        "If it stays so, end the process; a call that may wait belongs on the plugin's worker.";

    // `log` and, once it is set, the watchdog must outlive the calls.
    explicit call_watch(base::log& log, const char* holds = holds_daemon)
        : log_(log), holds_(holds) {}

    // From now on a watchdog of the system watches the calls; to be called before the first one.
    // Its thread is an ordinary one; therefore begin before the loop becomes real-time. Errors: io,
    // if the system gives no timer or no thread.
    [[nodiscard]] result<void> begin();
    // Another watchdog instead; without one nothing is watched.
    void set_watchdog(watchdog_timer* watchdog) noexcept { watchdog_ = watchdog; }

    // The name, kept for as long as the watch. Threads: loop.
    [[nodiscard]] const char* keep(std::string_view instance);

    // From now on the loop is in that call. Returns the call it was in before, to be restored at
    // the end: calls nest when one plugin's event is due in another. Threads: loop.
    call enter(const call& next) noexcept {
        const call outer = current();
        note(next);
        if (watchdog_ != nullptr && !is_armed_.load(std::memory_order_seq_cst)) {
            is_armed_.store(true, std::memory_order_seq_cst);
            watchdog_->arm(limit_ns);
        }
        return outer;
    }
    void leave(const call& outer) noexcept { note(outer); }

    // The call that the loop is in, or was in a moment ago; the two members may be of two calls.
    // Threads: any, signal handlers too.
    [[nodiscard]] call current() const noexcept {
        return {instance_.load(std::memory_order_acquire),
                callback_.load(std::memory_order_acquire)};
    }

    // The watchdog fired. Threads: the watchdog's.
    void watchdog_fired() noexcept;

private:
    void note(const call& now) noexcept {
        callback_.store(now.callback, std::memory_order_release);
        instance_.store(now.instance, std::memory_order_release);
        changes_.store(changes_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
    }
    void report(const call& held) noexcept;

    base::log& log_;
    const char* const holds_;
    watchdog_timer* watchdog_ = nullptr;
    std::set<std::string, std::less<>> names_; // loop

    // Which call the loop is in. Written by the loop, read by the watchdog's thread, which trusts
    // the values only if changes_ is the same as a second before. Released with their texts.
    std::atomic<const char*> instance_{nullptr};
    std::atomic<const char*> callback_{nullptr};
    // The loop writes changes_, then reads is_armed_; the watchdog's thread, before it goes idle,
    // writes is_armed_, then reads changes_. Sequentially consistent: at least one of the two sees
    // the other's write and arms the timer.
    std::atomic<std::uint64_t> changes_{0};
    std::atomic<bool> is_armed_{false};

    // Only used by the watchdog's thread.
    std::uint64_t seen_changes_ = 0;
    std::int64_t held_ns_ = 0;
    std::int64_t next_report_ns_ = limit_ns;

    std::unique_ptr<watchdog_timer> own_watchdog_; // last: its thread uses all of the above
};

} // namespace tactus::host
