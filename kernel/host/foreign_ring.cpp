// SPDX-License-Identifier: MIT
#include "kernel/host/foreign_ring.hpp"

#include <cstring>
#include <span>

namespace tactus::host {

bool foreign_ring::push(const tactus_batch& batch) noexcept {
    bool must_wake = false;
    const auto* next = reinterpret_cast<const std::uint8_t*>(batch.events);
    for (std::uint32_t i = 0; i < batch.count; ++i, next += batch.event_stride) {
        tactus_event event = *reinterpret_cast<const tactus_event*>(next);
        if (event.received_ns == 0) {
            event.received_ns = around_.reactor.clock().now_ns();
        }
        const base::ring_push pushed = ring_.try_push(
            std::as_bytes(std::span(&event, 1)), std::as_bytes(std::span(event.bytes, event.size)));
        must_wake = must_wake || pushed == base::ring_push::stored_wake;
        if (pushed == base::ring_push::full || pushed == base::ring_push::too_large) {
            lost_.fetch_add(1, std::memory_order_relaxed);
        }
    }
    return must_wake;
}

void foreign_ring::drain() noexcept {
    do {
        while (const std::optional<base::record_view> record = ring_.front()) {
            tactus_event event{};
            std::memcpy(&event, record->header.data(), sizeof event);
            event.bytes = reinterpret_cast<const std::uint8_t*>(record->payload.data());
            tactus_batch one{};
            one.struct_size = sizeof one;
            one.count = 1;
            one.event_stride = sizeof event;
            one.flags = TACTUS_BATCH_DROPPABLE;
            one.events = &event;
            (void)around_.ingress.emit(input_, one);
            ring_.pop();
        }
    } while (!ring_.consumer_may_sleep());
    if (const std::uint64_t lost = lost_.exchange(0, std::memory_order_relaxed); lost > 0) {
        around_.ingress.reject(input_, lost, "rate");
    }
}

} // namespace tactus::host
