// SPDX-License-Identifier: MIT
// The events of one input that come from a plugin's own thread: their ring, made at the first use,
// and the posted calls that drain it on the loop.
#pragma once

#include "kernel/host/foreign_ring.hpp"
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

    // Threads: one at a time, not the loop.
    void emit(const tactus_batch& batch) noexcept {
        if (ring().push(batch)) {
            drain_later();
        }
    }
    // Threads: any.
    void reject(flow::rejected reason, std::uint64_t n) noexcept {
        if (ring().reject(reason, n)) {
            drain_later();
        }
    }
    // What its thread has emitted until now, and perhaps more. Threads: loop.
    void drain_emitted() noexcept {
        foreign_ring* const ring = made_.load(std::memory_order_acquire);
        for (std::uint32_t i = 0; ring != nullptr && i < drains_max && ring->drain(); ++i) {
        }
    }
    // Bounds: its thread is joined, or the instance is closed, so little can arrive any more.
    // Threads: loop.
    void drain_all() noexcept {
        while (ring_ != nullptr && ring_->drain()) {
        }
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
            },
            this); // closed meanwhile: drain_all follows
    }

    const host_services& services_;
    std::uint16_t input_;
    posted_calls& posts_;
    std::once_flag once_;
    std::unique_ptr<foreign_ring> ring_;
    // nullptr -> ring_ by the thread that makes it, then constant. Released: the loop, which
    // acquires it, sees a complete ring.
    std::atomic<foreign_ring*> made_{nullptr};
};

} // namespace tactus::host
