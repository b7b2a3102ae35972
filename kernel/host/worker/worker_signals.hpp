// SPDX-License-Identifier: MIT
// What passes between a worker's owner and its thread besides events: flushes, whether the plugin
// has room, when it is to receive events, the end, and work. Each class has its own two sides.
#pragma once

#include "kernel/base/priority_mutex.hpp"
#include "kernel/codec/midi.hpp"
#include "kernel/flow/keep.hpp"

#include <tactus/event.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace tactus::host {

// One of MIDI's real-time messages. Bounds: the bytes are there.
[[nodiscard]] inline bool is_real_time(const tactus_event& event) noexcept {
    return event.protocol == TACTUS_PROTO_MIDI && event.size == 1 &&
           codec::is_real_time(event.bytes[0]);
}

// A flush concerns the events that were handed over before it.
class flush_signal {
public:
    // `handed_over`: how many events so far. Threads: loop.
    void ask(std::uint64_t handed_over, flow::keep kept) noexcept {
        if (kept == flow::keep::nothing) {
            asked_drop_.store(handed_over, std::memory_order_release);
        }
        asked_flush_.store(handed_over, std::memory_order_release);
        asked_.fetch_add(1, std::memory_order_release);
    }

    // Threads of these: the worker's.
    [[nodiscard]] bool is_new() const noexcept {
        return asked_.load(std::memory_order_acquire) != taken_;
    }
    void take() noexcept {
        taken_ = asked_.load(std::memory_order_acquire);
        flushed_before_ = asked_flush_.load(std::memory_order_acquire);
        dropped_before_ = asked_drop_.load(std::memory_order_acquire);
    }
    // Whether what was taken removes that event. `sequence`: how many were handed over before it.
    [[nodiscard]] bool removes(const tactus_event& event, std::uint64_t sequence) const noexcept {
        return sequence < dropped_before_ || (sequence < flushed_before_ && !is_kept(event));
    }

private:
    [[nodiscard]] static bool is_kept(const tactus_event& event) noexcept {
        return (event.flags & TACTUS_EVENT_CRITICAL) != 0 || is_real_time(event);
    }

    // How many events had been handed over at the last flush, and at the last one that keeps
    // nothing; then the number of flushes, which is written last. Written by the loop, read by the
    // thread. Release and acquire: events handed over later are seen later.
    std::atomic<std::uint64_t> asked_flush_{0};
    std::atomic<std::uint64_t> asked_drop_{0};
    std::atomic<std::uint64_t> asked_{0};
    // The thread's copies.
    std::uint64_t flushed_before_ = 0;
    std::uint64_t dropped_before_ = 0;
    std::uint64_t taken_ = 0;
};

// Whether the plugin takes events: no longer once send has returned TACTUS_E_AGAIN, again once it
// has called writable since it was last asked.
class room_signal {
public:
    void writable() noexcept { writables_.fetch_add(1, std::memory_order_acq_rel); } // threads: any

    // Threads of these: the worker's.
    void before_send() noexcept { asked_at_ = writables_.load(std::memory_order_acquire); }
    void after_send(bool is_full) noexcept { is_full_ = is_full; }
    [[nodiscard]] bool is_full() const noexcept {
        return is_full_ && writables_.load(std::memory_order_acquire) == asked_at_;
    }
    // Full since that earlier send, even if some were accepted meanwhile.
    [[nodiscard]] std::uint64_t full_since() const noexcept { return asked_at_; }
    void stay_full(std::uint64_t since) noexcept {
        is_full_ = true;
        asked_at_ = since;
    }

private:
    // How often the plugin has called writable. Written by any thread, read by the thread before
    // and after a send: a call that arrives while send returns TACTUS_E_AGAIN is not lost.
    // Acquire-release: the next send sees everything that the plugin prepared before.
    std::atomic<std::uint64_t> writables_{0};
    bool is_full_ = false;
    std::uint64_t asked_at_ = 0; // writables_ before the last send
};

// How long before due events are to leave, and how long before that the plugin receives them.
class send_times {
public:
    // Returns true if the thread must be woken, because it waits for another moment. Threads: loop.
    [[nodiscard]] bool set(std::int64_t ahead_ns, std::int64_t lookahead_ns) noexcept {
        ahead_ns_.store(ahead_ns, std::memory_order_relaxed);
        return lookahead_ns_.exchange(lookahead_ns, std::memory_order_relaxed) != lookahead_ns;
    }
    // Threads: the worker's.
    [[nodiscard]] std::int64_t leaves_ns(std::int64_t due_ns) const noexcept {
        return due_ns - ahead_ns_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::int64_t given_ns(std::int64_t due_ns) const noexcept {
        return leaves_ns(due_ns) - lookahead_ns_.load(std::memory_order_relaxed);
    }

private:
    // Written by the loop, read by the thread; each is independent, and a wake-up follows: relaxed.
    std::atomic<std::int64_t> ahead_ns_{0};
    std::atomic<std::int64_t> lookahead_ns_{0};
};

class end_signal {
public:
    void request_stop() noexcept { must_stop_.store(true, std::memory_order_release); } // loop
    void abandon() noexcept { is_abandoned_.store(true, std::memory_order_release); }   // loop
    void set_ended() noexcept { has_ended_.store(true, std::memory_order_release); }    // worker's
    [[nodiscard]] bool has_ended() const noexcept {
        return has_ended_.load(std::memory_order_acquire);
    }

    // Threads of these: the worker's.
    [[nodiscard]] bool must_stop() const noexcept {
        return must_stop_.load(std::memory_order_acquire);
    }
    // Then what belongs to the loop, its clock too, may be gone.
    [[nodiscard]] bool is_abandoned() const noexcept {
        return is_abandoned_.load(std::memory_order_acquire);
    }
    [[nodiscard]] bool may_send() const noexcept { return !must_stop() && !is_abandoned(); }

private:
    // false -> true by the loop (stop, abandoned) or by the thread (ended); never back. Release by
    // the writer and acquire by the reader: has_ended_ must not be seen before the thread's last
    // writes.
    std::atomic<bool> must_stop_{false};
    std::atomic<bool> is_abandoned_{false};
    std::atomic<bool> has_ended_{false};
};

struct work_item {
    void (*fn)(void*) noexcept = nullptr;
    void* arg = nullptr;
    void (*done)(void*) noexcept = nullptr; // on the loop, afterwards
    void* done_arg = nullptr;
};

// Why events could not be sent, until the loop asks: of the last few.
class failure_reasons {
public:
    static constexpr std::size_t kept_max = 16;

    // Threads: the worker's.
    void add(std::uint32_t receipt, const std::string& reason) {
        if (reason.empty()) {
            return;
        }
        const std::lock_guard lock(mutex_);
        if (kept_.size() == kept_max) {
            kept_.pop_front();
        }
        kept_.emplace_back(receipt, reason);
    }
    // Empty if there is none. Threads: loop.
    [[nodiscard]] std::string take(std::uint32_t receipt) {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(kept_.begin(), kept_.end(), [receipt](const auto& each) {
            return each.first == receipt;
        });
        if (found == kept_.end()) {
            return {};
        }
        std::string reason = std::move(found->second);
        kept_.erase(found);
        return reason;
    }

private:
    base::priority_mutex mutex_; // guards kept_
    std::deque<std::pair<std::uint32_t, std::string>> kept_;
};

class work_queue {
public:
    void push(const work_item& item) { // threads: loop
        const std::lock_guard lock(mutex_);
        items_.push_back(item);
    }
    // In order; nothing if there is none. Threads: the worker's.
    [[nodiscard]] std::optional<work_item> take() noexcept {
        const std::lock_guard lock(mutex_);
        if (items_.empty()) {
            return std::nullopt;
        }
        const work_item first = items_.front();
        items_.pop_front();
        return first;
    }
    [[nodiscard]] bool is_empty() noexcept {
        const std::lock_guard lock(mutex_);
        return items_.empty();
    }

private:
    base::priority_mutex mutex_; // guards items_
    std::deque<work_item> items_;
};

} // namespace tactus::host
