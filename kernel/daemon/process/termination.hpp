// SPDX-License-Identifier: MIT
// Ends the daemon when the system asks for it, even if a plugin holds the loop:
//   - the first SIGTERM or SIGINT asks the loop to stop, as does a SIGHUP of the controlling
//     terminal, which was closed;
//   - without such a terminal, each SIGHUP asks for a reload;
//   - if the loop then does not answer for loop_grace::grace_ns, a thread of its own logs which
//     call holds it, and ends the process with exit_hung. The file of the sounding notes is left as
//     it is:
//     the next start, or `tactus panic --offline`, ends them;
//   - another SIGTERM or SIGINT, later than again_ns after the first, ends the process at once.
// It does so from before the files are read until the process is gone:
//   - before attach() the loop does not turn and nothing has begun: the first signal ends the
//     process at once; a reload is carried out when the daemon runs;
//   - after detach() the stop is done, and only the second still counts.
// A thread reads the signals; therefore a plugin cannot keep them away by ignoring or blocking
// them; the handlers are for a thread of a plugin that unblocks them. A signal that the process was
// started to ignore (nohup) stays ignored. termination_linux.cpp. Threads: the one that runs the
// loop. One object at a time.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/base/priority_mutex.hpp"
#include "kernel/base/result.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/process/loop_grace.hpp"
#include "kernel/daemon/process/signal_reader.hpp"
#include "kernel/host/watchdog/call_watch.hpp"
#include "kernel/host/watchdog/watchdog_timer.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace tactus::daemon {

// The exit code after the loop did not answer: an internal software error, by sysexits(3).
inline constexpr int exit_hung = 70;

class termination {
public:
    // Programs such as timeout(1) send a signal to the process and to its group: that is one.
    static constexpr std::int64_t again_ns = 250'000'000;

    // All must live until detach().
    struct parts {
        coro::reactor& reactor;
        const host::call_watch& calls;
        base::log& log;
        std::function<void()> request_stop;     // on the loop's thread
        std::function<void()> request_reload;   // likewise
        std::function<bool()> is_sounding_kept; // on any thread, and in a signal handler
    };
    // It lasts as long as the process; therefore no signal finds it gone.
    termination() = default;
    termination(const termination&) = delete;
    termination& operator=(const termination&) = delete;
    ~termination() = delete;

    // A signal that comes now waits for begin(), in this thread and in those that it starts. To be
    // called first in the process. Threads: the main thread.
    static void hold_back() noexcept;
    // From now on the signals are handled. `early`: the exit code of a stop before attach().
    // Errors: io, if the system gives no timer or no thread. Threads: the main thread.
    [[nodiscard]] result<void> begin(int early);
    // The loop is about to turn. Bounds: it does not turn already. Threads: the main thread.
    void attach(parts of);
    // The loop does not turn any more. Idempotent. Threads: the main thread.
    void detach() noexcept;
    // A plugin, or a library of one, may have changed what the process does on a signal: then it is
    // set back, and logged. Threads: any.
    void hold() noexcept;

private:
    enum class stage { starting, attached, detached };

    static void take_signal(int number) noexcept;
    static void take_over(int number) noexcept;
    // Safe in a signal handler.
    void take(int number) noexcept;
    [[nodiscard]] result<void> read_signals();
    void set_back() noexcept;
    void log_set_back(int number) noexcept;
    void timer_fired() noexcept;
    void watch_stop() noexcept;
    void ask() noexcept;
    void answer() noexcept;
    void reload() noexcept;
    [[noreturn]] void leave() noexcept;
    [[nodiscard]] const char* what_ends_notes() const noexcept;

    // `of_` and the change of a stage; and a change of a handler is logged once.
    base::priority_mutex lock_;
    std::optional<parts> of_; // stays: a handler may be looking at it
    // Read by handlers, without the lock. Release: a thread that sees `attached` sees of_.
    std::atomic<stage> stage_{stage::starting};
    std::vector<int> handled_;      // constant while the reader runs
    int early_ = 0;                 // likewise
    bool has_terminal_ = false;     // set before the handlers
    bool is_asked_to_stop_ = false; // the loop's
    // Written by the handler, which runs on any thread, and by the reader. States: 0, then when the
    // first signal came, ns. Relaxed: it guards no other data.
    std::atomic<std::int64_t> first_ns_{0};
    // Counted up by the timer's thread and by the loop. Relaxed: only compared with one another.
    std::atomic<std::uint64_t> asked_{0};
    std::atomic<std::uint64_t> answered_{0};
    // Written by the handler and the timer's thread. Several signals in a row ask for one reload.
    // Relaxed: it guards no other data.
    std::atomic<bool> wants_reload_{false};
    loop_grace grace_;                      // the timer thread's
    host::watchdog_timer* timer_ = nullptr; // constant from begin() on
    std::unique_ptr<host::watchdog_timer> owned_timer_;
    std::unique_ptr<signal_reader> reader_;
};

} // namespace tactus::daemon
