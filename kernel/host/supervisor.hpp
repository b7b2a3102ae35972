// SPDX-License-Identifier: MIT
// One configured input or output: starts its instance, starts another with back-off when it fails,
// cuts it off when it hangs, stops it. No fault of an instance ends the daemon.
//
//   idle -> running -> stopping -> stopped
//             |  ^
//   failed or |  | back-off
//   stalled   v  |
//           degraded        (and stays so while too many of its threads hang)
//
// Stopped, it can be given other settings and begin anew. Threads: loop.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/host/back_off.hpp"
#include "kernel/host/instance.hpp"
#include "kernel/host/stop_deadlines.hpp"
#include "kernel/host/watchdog/quarantine.hpp"

#include <tactus/plugin.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tactus::host {

enum class state : std::uint8_t { idle, running, degraded, stopping, stopped };

struct supervisor_settings {
    instance_id who;
    const tactus_entry* entry = nullptr;
    const tactus_descriptor* descriptor = nullptr;
    const tactus_config* config = nullptr; // must outlive the supervisor
    std::int64_t restart_first_ns = 500'000'000;
    std::int64_t restart_max_ns = 10'000'000'000;
    std::int64_t stall_limit_ns = 1'000'000'000;
    bool is_needed = true; // by a route; otherwise it stays idle
};

// Over all instances of one supervisor.
struct supervisor_totals {
    std::uint64_t restarts = 0;
    std::uint64_t failures = 0; // failed attempts, including the first one
    std::uint64_t stalls = 0;
    call_totals calls = {};
    base::connection_counts connections = {}; // open: of the present instance
};

class supervisor {
public:
    // After stop, an instance has this long to wind down by itself, then its ops are cancelled;
    // after the same time again it goes into quarantine. A call in its worker, which may be ending
    // notes at a device that pauses, has its usual stall limit for that, but no more than
    // stop_call_max_ns from the stop on.
    static constexpr std::int64_t stop_grace_ns = 150'000'000;
    static constexpr std::int64_t stop_call_max_ns = 1'000'000'000;
    // How many threads hanging instances may leave behind; at this number it is not started again
    // until one has returned.
    static constexpr std::size_t hanging_max = 4;
    // How long an output's worker may have no room until the log names it. A long SysEx fills a
    // wire for seconds.
    static constexpr std::int64_t full_named_after_ns = 10'000'000'000;

    supervisor(const host_services& services, supervisor_settings what);
    supervisor(const supervisor&) = delete;
    supervisor& operator=(const supervisor&) = delete;
    ~supervisor();

    // A failure is logged and retried; the daemon continues. An unneeded one is not opened.
    void start();
    // Opens an unneeded one nevertheless, for notes that sound there. Bounds: idle.
    void start_to_end_notes();
    // Calls `stopped` once when nothing of it runs any more, possibly at once.
    void stop(std::function<void()> stopped);
    // Stops the instance and starts another at once; one that waits to be started again is started
    // now. Forgets earlier failures. Returns false if it is not to run: no route needs it, or it
    // was stopped.
    bool restart();
    // New settings for the next start, which may follow; its counts go on. The old `config` is not
    // used any more. Bounds: idle or stopped; the same `who`.
    void change(supervisor_settings what);
    // How early an output's worker gets its events, from now on.
    void set_handover(std::int64_t handover_ns) noexcept;
    // Checks whether a worker hangs; called while its output has deliveries in progress. An output
    // on the loop is watched by its sink. `ran_since_ns`: since when this process has not been held
    // up (stopped, or the machine was busy), which is not counted against a plugin; 0: ever.
    void look_for_stall(std::int64_t now_ns, std::int64_t ran_since_ns = 0);

    [[nodiscard]] state current() const noexcept { return state_; }
    // For an output: one of its ports is up. For an input: it runs and, if it has ports, one is up.
    [[nodiscard]] bool is_up() const noexcept;
    // The missing ports, in a sentence; empty if none is missing, or if no route needs it.
    [[nodiscard]] std::string shortfall() const;
    [[nodiscard]] const supervisor_settings& what() const noexcept { return what_; }
    [[nodiscard]] const std::string& last_error() const noexcept { return last_error_; }
    [[nodiscard]] supervisor_totals totals() const noexcept;
    // An instance hangs, or has not ended since: the process cannot clean up after it.
    [[nodiscard]] bool has_quarantine() const noexcept { return !quarantine_.is_empty(); }
    // The number of quarantined instances whose threads have not returned.
    [[nodiscard]] std::size_t hanging() const noexcept { return quarantine_.hanging(); }
    [[nodiscard]] const instance* present() const noexcept { return instance_.get(); }

private:
    [[nodiscard]] std::uint32_t seed() const noexcept;
    [[nodiscard]] result<void> bring_up();
    void failed(const std::string& why);
    void ended(tactus_status status);
    void clean_up();
    void grace_over();
    void takes_nothing(std::int64_t refused_ns);
    void name_full(std::int64_t now_ns);
    void ask_to_stop();
    [[nodiscard]] bool is_in_call() const noexcept { // in its worker
        return instance_->resources().worker().busy_since_ns() != 0;
    }
    void put_in_quarantine(flow::dropped reason);
    void open();
    void arm(std::int64_t in_ns, void (*fire)(coro::timer&) noexcept);
    void degrade();
    void try_again();
    void finish_stop();

    host_services services_;
    supervisor_settings what_;
    back_off back_off_;
    std::unique_ptr<instance> instance_;
    quarantine quarantine_;
    stop_deadlines deadlines_;
    state state_ = state::idle;
    std::string last_error_;
    supervisor_totals past_; // without the present instance and those in quarantine
    std::int64_t started_ns_ = 0;
    std::int64_t full_since_ns_ = 0; // that full_next_ns_ is about
    std::int64_t full_next_ns_ = full_named_after_ns;
    bool is_cut_off_ = false;        // asked to stop while another is to follow
    bool is_restart_wanted_ = false; // the other follows at once
    bool has_ended_ = false;         // the instance called stopped; cleaned up when it is quiet
    coro::timer timer_;              // back-off, grace, or waiting for quiet: one at a time
    std::function<void()> stopped_;
};

} // namespace tactus::host
