// SPDX-License-Identifier: MIT
// The way from the dispatcher to one output's plugin: attached at the start, through the plugin's
// worker if it may block. Closed, it refuses events until it can be detached. Threads: loop, unless
// noted otherwise.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/host/host_services.hpp"
#include "kernel/host/posted_calls.hpp"
#include "kernel/host/worker/instance_worker.hpp"
#include "kernel/host/worker/output_sinks.hpp"

#include <tactus/iface/output.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace tactus::host {

class output_connection {
public:
    // How early an output may ask for its events.
    static constexpr std::int64_t ahead_max_ns = 60'000'000'000;
    static constexpr std::int64_t lookahead_max_ns = 1'000'000'000;

    // The plugin's end of it; all of it must outlive the connection.
    struct end {
        const tactus_output_0& output;
        tactus_plugin* plugin;
        blocked_calls& watch;
        instance_worker& thread;
        posted_calls& posts;
    };

    // `services`, `who` and `stall` must outlive it.
    output_connection(const host_services& services, const instance_id& who, const end& to,
                      const stall_callback& stall) noexcept
        : services_(services), index_(who.index), to_(to), stall_(stall),
          failed_(services.log, services.reactor.clock(), who) {}

    // Errors: invalid (the plugin asks for its events too early), limit (the system gives no
    // thread).
    [[nodiscard]] result<void> attach();
    void close() noexcept;
    void detach(flow::dropped reason) noexcept;

    void ports_changed() noexcept;
    // The plugin takes events again. Bounds: attached; close may run meanwhile. Threads: any.
    void writable(bool is_on_loop) noexcept;

private:
    [[nodiscard]] bool may_block() const noexcept {
        return (to_.output.flags & TACTUS_OUT_MAY_BLOCK) != 0;
    }
    [[nodiscard]] std::int64_t asked_ahead_ns() const noexcept;
    [[nodiscard]] std::int64_t asked_lookahead_ns() const noexcept;
    // Returns how early the dispatcher must hand events to the worker.
    std::int64_t follow_lookahead(worker& sends) noexcept;

    const host_services& services_;
    const std::uint16_t index_;
    const end to_;
    const stall_callback& stall_;
    failed_events failed_;
    std::unique_ptr<output_sink> sink_; // nullptr: not attached
    std::int64_t ahead_ns_ = 0;         // as the plugin asked, without its lookahead
    // Set by the thread that calls writable, cleared by the posted call before it checks: one post
    // serves all. Acquire-release: send sees everything that was prepared before writable.
    std::atomic<bool> is_writable_posted_{false};
};

} // namespace tactus::host
