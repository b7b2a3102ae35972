// SPDX-License-Identifier: MIT
// Names the plugin whose work in its worker does not return ("tactus.exec/0"): an open of a device
// that hangs, a look-up. It may take as long as it needs, but the operator must be able to see it:
// after a second there is a line in the log, and again each time that has doubled. Nothing is armed
// while no work is under way; therefore an idle daemon is not woken. Sends are watched by the
// supervisor. One object for each instance. Threads: loop.
#pragma once

#include "kernel/host/host_services.hpp"
#include "kernel/host/instance_id.hpp"
#include "kernel/host/worker/instance_worker.hpp"

#include <cstdint>

namespace tactus::host {

class work_watch {
public:
    // In work for this long: the first line.
    static constexpr std::int64_t limit_ns = TACTUS_WORK_NAMED_AFTER_NS;

    // All must outlive it.
    work_watch(const host_services& services, const instance_id& who,
               const instance_worker& worker) noexcept;
    work_watch(const work_watch&) = delete;
    work_watch& operator=(const work_watch&) = delete;
    ~work_watch() { end(); }

    // For each work: it was handed to the worker, and it has returned.
    void began() noexcept;
    void returned() noexcept;
    // The worker is left behind: nothing returns any more.
    void end() noexcept;

private:
    void look() noexcept;
    void arm(std::int64_t due_ns) noexcept { services_.reactor.arm(timer_, due_ns); }

    const host_services& services_;
    const instance_id& who_;
    const instance_worker& worker_;
    std::uint32_t under_way_ = 0;
    std::int64_t since_ns_ = 0; // of the call that next_ns_ is about
    std::int64_t next_ns_ = limit_ns;
    coro::timer timer_;
};

} // namespace tactus::host
