// SPDX-License-Identifier: MIT
#include "kernel/host/foreign_ring.hpp"

#include <cstring>
#include <span>
#include <utility>

namespace tactus::host {

bool foreign_ring::push(const tactus_batch& batch) noexcept {
    const auto* next = reinterpret_cast<const std::uint8_t*>(batch.events);
    for (std::uint32_t i = 0; i < batch.count; ++i, next += batch.event_stride) {
        owes_wake_ = put(*reinterpret_cast<const tactus_event*>(next)) || owes_wake_;
    }
    const bool may_wait =
        (batch.flags & TACTUS_BATCH_MORE) != 0 && ring_.used_bytes() < ring_bytes / 2;
    return !may_wait && std::exchange(owes_wake_, false);
}

// Returns true if the loop must be woken.
bool foreign_ring::put(const tactus_event& given) noexcept {
    if (given.size > TACTUS_EVENT_SIZE_MAX) {
        return reject(flow::rejected::too_large, 1);
    }
    tactus_event event = given;
    if (event.received_ns == 0) {
        event.received_ns = services_.reactor.clock().now_ns();
    }
    const bool was_missing = lost_ends_.pass(event);
    const base::ring_push pushed = ring_.try_push(
        std::as_bytes(std::span(&event, 1)), std::as_bytes(std::span(event.bytes, event.size)));
    const bool is_lost = pushed == base::ring_push::full || pushed == base::ring_push::too_large;
    if (is_lost && (event.flags & TACTUS_EVENT_SYSEX_PART) != 0) {
        has_lost_part_.store(true, std::memory_order_release);
    } else if (is_lost) {
        lost_ends_.keep(event, was_missing); // before the loop is notified
    }
    return is_lost ? reject(flow::rejected::overrun, 1) : pushed == base::ring_push::stored_wake;
}

bool foreign_ring::reject(flow::rejected reason, std::uint64_t n) noexcept {
    rejected_[static_cast<std::size_t>(reason)].fetch_add(n, std::memory_order_relaxed);
    return !has_rejected_.exchange(true, std::memory_order_acq_rel);
}

bool foreign_ring::drain() noexcept {
    count_rejected();
    for (std::uint32_t i = 1; i <= events_a_drain; ++i) {
        const std::optional<base::record_view> record = ring_.front();
        const bool was_empty =
            !record && !lost_ends_.make_up([this](const tactus_event& each) { emit(each); });
        if (was_empty && ring_.consumer_may_sleep()) {
            return false;
        }
        if (record) {
            read(*record);
            ring_.pop();
        }
        if (i % flow::ingress::packets_between_looks == 0) {
            services_.dispatcher.run_due(services_.reactor.clock().now_ns());
        }
    }
    return true;
}

void foreign_ring::read(const base::record_view& record) noexcept {
    tactus_event event{};
    std::memcpy(&event, record.header.data(), sizeof event);
    event.bytes = reinterpret_cast<const std::uint8_t*>(record.payload.data());
    if ((event.flags & TACTUS_EVENT_SYSEX_PART) != 0) {
        cut_parts();
    }
    emit(event);
}

void foreign_ring::emit(const tactus_event& event) noexcept {
    tactus_batch one{};
    one.struct_size = sizeof one;
    one.count = 1;
    one.event_stride = sizeof event;
    one.flags = TACTUS_BATCH_DROPPABLE;
    one.events = &event;
    (void)services_.ingress.emit(input_, one);
}

// Earlier parts still in the ring are refused together with the rest.
void foreign_ring::cut_parts() noexcept {
    if (has_lost_part_.load(std::memory_order_relaxed) &&
        has_lost_part_.exchange(false, std::memory_order_acquire)) {
        services_.ingress.cut_parts(input_, flow::rejected::overrun);
    }
}

void foreign_ring::count_rejected() noexcept {
    if (!has_rejected_.exchange(false, std::memory_order_acq_rel)) {
        return;
    }
    cut_parts();
    for (std::size_t i = 0; i < rejected_.size(); ++i) {
        if (const std::uint64_t n = rejected_[i].exchange(0, std::memory_order_relaxed); n > 0) {
            (void)services_.ingress.reject(input_, n, flow::rejected_names[i]);
        }
    }
}

} // namespace tactus::host
