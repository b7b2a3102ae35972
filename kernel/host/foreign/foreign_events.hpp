// SPDX-License-Identifier: MIT
// The events of one input that come from a plugin's own threads: their ring, made at the first use,
// and the posted calls that drain it on the loop. Several threads may emit: they follow one another
// under a lock that the loop never takes.
#pragma once

#include "kernel/base/priority_mutex.hpp"
#include "kernel/host/foreign/foreign_ring.hpp"
#include "kernel/host/posted_calls.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace tactus::host {

class foreign_events {
public:
    // Both must outlive it. `input`: its number in the ingress.
    foreign_events(const host_services& services, std::uint16_t input, posted_calls& posts) noexcept
        : services_(services), input_(input), posts_(posts) {}

    foreign_events(const foreign_events&) = delete;
    foreign_events& operator=(const foreign_events&) = delete;
    ~foreign_events() { services_.waiters.remove(this); }

    // Returns how many were taken, from the front. Threads: any but the loop.
    std::uint32_t emit(const tactus_batch& batch) noexcept {
        const std::lock_guard lock(emitting_);
        const foreign_ring::pushed done = ring().push(batch);
        if (done.must_wake) {
            drain_later();
        }
        return done.accepted;
    }
    // Threads: any.
    void reject(flow::rejected reason, std::uint64_t n) noexcept {
        if (ring().reject(reason, n)) {
            drain_later();
        }
    }
    // The events that its threads have emitted until now, and perhaps later ones; with `or_refuse`,
    // events without room are refused, otherwise they stay. Threads: loop.
    void drain_emitted(foreign_ring::room wanted = foreign_ring::room::wait) noexcept {
        foreign_ring* const ring = made_.load(std::memory_order_acquire);
        for (std::uint32_t i = 0; ring != nullptr && i < drains_max && ring->drain(wanted); ++i) {
        }
        wait_for_room();
    }
    // Bounds: its threads are joined, or the instance is closed; therefore little can arrive any
    // more. Threads: loop.
    void drain_all() noexcept {
        while (ring_ != nullptr && ring_->drain(foreign_ring::room::or_refuse)) {
        }
        wait_for_room();
    }
    // Threads: any.
    [[nodiscard]] foreign_ring& ring() {
        std::call_once(once_, [this] {
            ring_ = std::make_unique<foreign_ring>(services_, input_);
            made_.store(ring_.get(), std::memory_order_release);
        });
        return *ring_;
    }

private:
    // More than the ring holds: an event takes at least its own size there.
    static constexpr std::uint32_t drains_max =
        foreign_ring::ring_bytes / sizeof(tactus_event) / foreign_ring::events_a_drain + 1;

    void drain_later() noexcept {
        (void)posts_.post(
            [](void* arg) noexcept {
                auto& self = *static_cast<foreign_events*>(arg);
                if (self.ring_->drain()) {
                    self.drain_later();
                }
                self.wait_for_room();
            },
            this); // closed meanwhile: drain_all follows
    }
    // As long as the first event has no room, and no longer. Threads: loop.
    void wait_for_room() noexcept {
        const foreign_ring* const ring = made_.load(std::memory_order_acquire);
        const bool is_held_up = ring != nullptr && ring->is_held_up();
        if (is_held_up == is_waiting_) {
            return;
        }
        is_waiting_ = is_held_up;
        if (!is_held_up) {
            services_.waiters.remove(this);
            return;
        }
        services_.waiters.add(this, services_.ingress.at(input_).awaited, [](void* who) noexcept {
            auto& self = *static_cast<foreign_events*>(who);
            self.is_waiting_ = false;
            self.drain_later();
        });
    }

    const host_services& services_;
    std::uint16_t input_;
    posted_calls& posts_;
    base::priority_mutex emitting_; // guards the producer's side of the ring
    bool is_waiting_ = false;       // for room; the loop's
    std::once_flag once_;
    std::unique_ptr<foreign_ring> ring_;
    // nullptr -> ring_ by the thread that makes it, then constant. Released: the loop, which
    // acquires it, sees a complete ring.
    std::atomic<foreign_ring*> made_{nullptr};
};

} // namespace tactus::host
