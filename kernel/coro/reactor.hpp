// SPDX-License-Identifier: MIT
// The event loop's interface: the seam between all code that waits (plugin instances, the HTTP
// server, the daemon) and the loop that waits for all of it. kernel/loop implements it on libuv;
// tests in virtual time. The nodes are intrusive: the waiting code owns the node, and must not move
// or free it while it is armed.
#pragma once

#include "kernel/time/clock.hpp"

#include <tactus/cpp/ready_queue.hpp>

#include <cstddef>
#include <cstdint>

namespace tactus::coro {

// A wait for a moment. Fires once, at or after due, never before.
struct timer {
    static constexpr std::size_t unarmed = static_cast<std::size_t>(-1);

    void (*fire)(timer&) noexcept = nullptr;
    void* owner = nullptr;
    std::int64_t due_ns = 0;
    std::uint64_t sequence = 0; // FIFO among equals
    std::size_t index = unarmed;

    [[nodiscard]] bool is_armed() const noexcept { return index != unarmed; }
};

// In addition to TACTUS_FD_*: the other end of a socket sends no more, or is gone.
inline constexpr std::uint32_t fd_ended = 0x80000000U;

// A wait for a file descriptor: one-shot, level-triggered.
struct fd_watch {
    void (*ready)(fd_watch&, std::uint32_t events) noexcept = nullptr; // TACTUS_FD_*, fd_ended
    void* owner = nullptr;
    void* impl = nullptr; // the reactor's, while armed
    int fd = -1;
};

// Work for this turn or the next, but not inside the present call.
struct deferred {
    void (*run)(deferred&) noexcept = nullptr;
    void* owner = nullptr;
    deferred* next = nullptr;
    bool is_queued = false;
};

// Work for a thread that may block; `work` runs there, then `done` on the loop thread.
struct job {
    void (*work)(job&) noexcept = nullptr;
    void (*done)(job&) noexcept = nullptr;
    void* owner = nullptr;
    void* impl = nullptr;
};

class reactor {
public:
    reactor() = default;
    reactor(const reactor&) = delete;
    reactor& operator=(const reactor&) = delete;
    virtual ~reactor() = default;

    // Threads: loop, for all but post and the clock.
    [[nodiscard]] virtual const time::clock& clock() const noexcept = 0;
    [[nodiscard]] virtual tactus::ready_queue& ready() noexcept = 0;

    virtual void arm(timer& node, std::int64_t due_ns) noexcept = 0; // re-arms if it is armed
    virtual void disarm(timer& node) noexcept = 0;

    // Returns false if the system refuses to watch that descriptor (a closed one, a plain file).
    [[nodiscard]] virtual bool watch(fd_watch& node, std::uint32_t events) noexcept = 0;
    virtual void unwatch(fd_watch& node) noexcept = 0;

    virtual void defer(deferred& node) noexcept = 0;

    // The node must live until done; jobs are few (a scrape, a look-up) and bounded by their
    // owners.
    virtual void start(job& node) noexcept = 0;

    // Runs fn(arg) on the loop thread, in order of posting, perhaps before post returns. All calls
    // must have returned before the reactor is destroyed. Threads: any. Bounds: the callers'.
    virtual void post(void (*fn)(void*) noexcept, void* arg) = 0;
};

} // namespace tactus::coro
