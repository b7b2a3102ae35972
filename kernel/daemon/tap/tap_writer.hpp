// SPDX-License-Identifier: MIT
// Writes what is observed to the clients of the tap, on a thread of its own: it makes a line of
// each event, once for all, and adds it for each client whose filter takes it. The loop only copies
// events into a bounded ring; events that do not fit are counted, and every client is told. The
// thread sleeps while there is nothing to do, and runs at a lower priority than the daemon.
#pragma once

#include "kernel/base/priority_mutex.hpp"
#include "kernel/base/record_ring.hpp"
#include "kernel/daemon/tap/tap_reader.hpp"
#include "kernel/daemon/tap/tap_text.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tactus::daemon {

class tap_writer {
public:
    static constexpr std::size_t ring_bytes = std::size_t{4} << 20U;

    // Takes milliseconds: the ring is touched. Throws std::system_error if the system gives no
    // thread or no descriptor. Threads: any; for everything below, the loop.
    explicit tap_writer(tap_names names);
    tap_writer(const tap_writer&) = delete;
    tap_writer& operator=(const tap_writer&) = delete;
    ~tap_writer(); // joins the thread

    // No allocation, no lock, no system call. The thread does not see it before the next wake().
    // `count`: as in append_event.
    void push(const flow::observed_event& what, std::uint64_t count = 1) noexcept;
    // Lets the thread look, if there is something.
    void wake() noexcept;

    // For exactly what is pushed from now on, until remove(id).
    void add(std::uint64_t id, std::unique_ptr<tap_reader> reader);
    void remove(std::uint64_t id);
    // The names for events pushed from now on. An empty one stays as it was.
    void rename(tap_names names);
    // Converts host time into wall time, for events pushed from now on.
    void set_unix_offset(std::int64_t offset_ns) noexcept {
        unix_offset_ns_.store(offset_ns, std::memory_order_relaxed);
    }

private:
    // Of a record in the ring; the bytes of the event follow, then its detail.
    struct header {
        flow::observed_event event; // its views are not valid here
        std::uint64_t count;
        std::size_t detail_size;
    };
    struct command {
        std::uint64_t id;
        std::unique_ptr<tap_reader> reader; // nullptr: it is removed
        std::uint64_t after = 0;            // so many events
        std::unique_ptr<tap_names> names = nullptr;
    };

    void run() noexcept;
    void order(command one);
    void follow_orders();
    void follow(command one);
    bool write_some();
    void write(const base::record_view& record);
    void tell_lost();
    void flush_all();
    void sleep();

    base::record_ring ring_{ring_bytes};
    std::array<int, 2> pipe_{-1, -1}; // wakes the thread
    base::priority_mutex mutex_;      // guards orders_
    std::vector<command> orders_;
    std::vector<std::byte> joined_; // of bytes and detail, to be pushed; the loop's own
    std::uint64_t pushed_ = 0;      // events in the ring until now; the loop's own
    // How many orders there were. Written by the loop, read by the thread. Relaxed: an event that
    // the thread finds in the ring makes the orders before it visible.
    std::atomic<std::uint64_t> ordered_{0};
    // Set once, by the destructor. Relaxed: the pipe orders it.
    std::atomic<bool> is_over_{false};
    // Counted by the loop, read by the thread. Relaxed: independent of the ring's contents.
    std::atomic<std::uint64_t> lost_{0};
    std::uint64_t lost_woken_ = 0; // of lost_, when the thread was last woken; the loop's own
    // Written by the loop, read by the thread. Relaxed: the ring orders it with the events.
    std::atomic<std::int64_t> unix_offset_ns_{0};

    // Only used by the thread.
    tap_names names_;
    std::map<std::uint64_t, std::unique_ptr<tap_reader>> readers_;
    std::uint64_t lost_told_ = 0;
    std::uint64_t popped_ = 0;    // events
    std::uint64_t taken_ = 0;     // orders
    std::deque<command> waiting_; // orders for later events
    std::string line_;

    std::thread thread_; // last: it uses all of the above
};

} // namespace tactus::daemon
