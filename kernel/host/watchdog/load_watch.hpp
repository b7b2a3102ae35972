// SPDX-License-Identifier: MIT
// Names the plugin that keeps the event loop busy by short calls without end: a wait that is always
// over at once, in a loop. Each call returns in time; therefore blocked_calls sees nothing, and the
// events are sent, only later. When the loop has had no pause to speak of for ten seconds, the log
// says which instance took most of it. The loop's own time between the calls is charged to the
// instances by the number of their calls, up to turn_max_ns for each; the time in which outputs
// send is charged to none here (tactus_output_send_duration_seconds has it). It looks when a call
// ends; therefore it needs no timer, and an idle daemon is not woken; a call costs two additions
// and a comparison. One object for the daemon. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/host/watchdog/call_totals.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tactus::host {

// How long the present thread has run or wanted to run, in ns; waiting is not counted, but being
// displaced by other threads is. -1: the system does not tell. load_watch_linux.cpp.
[[nodiscard]] std::int64_t thread_busy_ns() noexcept;

class load_watch {
public:
    static constexpr std::int64_t window_ns = 10'000'000'000;
    static constexpr std::int64_t turn_max_ns = 50'000;
    static constexpr int busy_percent = 90;  // of the window, for the loop to count as busy
    static constexpr int named_percent = 25; // of the window, for an instance to be named

    // The log must outlive it.
    explicit load_watch(base::log& log, std::int64_t (*busy_ns)() noexcept = &thread_busy_ns)
        : log_(log), busy_ns_(busy_ns) {}

    // An instance, from here until it leaves; both must outlive that.
    void join(const std::string& instance, const call_totals& used);
    void leave(const call_totals& used) noexcept;

    // A call has ended, and is in the totals of its instance. sending_ns: the time that outputs
    // have spent in send so far.
    void called(std::int64_t now_ns, std::int64_t sending_ns) noexcept {
        if (now_ns - since_ns_ >= window_ns) {
            look(now_ns, sending_ns);
        }
    }

private:
    struct user {
        const std::string* instance;
        const call_totals* used;
        call_totals before; // at the beginning of the window

        [[nodiscard]] call_totals in_window() const noexcept { return *used - before; }
    };

    void look(std::int64_t now_ns, std::int64_t sending_ns) noexcept;
    void report(std::int64_t window, std::int64_t between_ns) noexcept;

    base::log& log_;
    std::int64_t (*busy_ns_)() noexcept;
    std::vector<user> users_;
    std::int64_t since_ns_ = -window_ns; // the window's beginning; no call has been seen before
    std::int64_t busy_before_ns_ = 0;
    std::int64_t sending_before_ns_ = 0;
    std::int64_t busy_for_ns_ = 0; // windows without a pause, one after the other
    std::int64_t next_report_ns_ = 0;
};

} // namespace tactus::host
