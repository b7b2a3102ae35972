// SPDX-License-Identifier: MIT
#include "kernel/host/foreign/foreign_ring.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace tactus::host {

foreign_ring::pushed foreign_ring::push(const tactus_batch& batch) noexcept {
    const auto* next = reinterpret_cast<const std::uint8_t*>(batch.events);
    std::uint32_t taken = 0;
    while (taken < batch.count && put(*reinterpret_cast<const tactus_event*>(next), batch.flags)) {
        ++taken;
        next += batch.event_stride;
    }
    const bool may_wait =
        (batch.flags & TACTUS_BATCH_MORE) != 0 && ring_.used_bytes() < ring_bytes / 2;
    return {taken, !may_wait && std::exchange(owes_wake_, false)};
}

// Returns false if it found no room and is still the caller's.
bool foreign_ring::put(const tactus_event& given, std::uint32_t batch_flags) noexcept {
    if (given.size > TACTUS_EVENT_SIZE_MAX) {
        owes_wake_ = reject(flow::rejected::too_large, 1) || owes_wake_;
        return true;
    }
    offered one{given, batch_flags & TACTUS_BATCH_DROPPABLE};
    if (one.event.received_ns == 0) {
        one.event.received_ns = services_.reactor.clock().now_ns();
    }
    const bool was_missing = lost_ends_.pass(one.event);
    const base::ring_push stored =
        ring_.try_push(std::as_bytes(std::span(&one, 1)),
                       std::as_bytes(std::span(one.event.bytes, one.event.size)));
    if (stored == base::ring_push::stored || stored == base::ring_push::stored_wake) {
        owes_wake_ = stored == base::ring_push::stored_wake || owes_wake_;
        return true;
    }
    if (one.batch_flags == 0) {
        if (was_missing) {
            lost_ends_.keep(one.event, true); // as before
        }
        return false;
    }
    if ((one.event.flags & TACTUS_EVENT_SYSEX_PART) != 0) {
        has_lost_part_.store(true, std::memory_order_release);
    } else {
        lost_ends_.keep(one.event, was_missing); // before the loop is notified
    }
    owes_wake_ = reject(flow::rejected::overrun, 1) || owes_wake_;
    return true;
}

bool foreign_ring::reject(flow::rejected reason, std::uint64_t n) noexcept {
    std::atomic<std::uint64_t>& count = rejected_[static_cast<std::size_t>(reason)];
    std::uint64_t before = count.load(std::memory_order_relaxed);
    while (!count.compare_exchange_weak(before, before + std::min(n, ~before),
                                        std::memory_order_relaxed)) {
    }
    return !has_rejected_.exchange(true, std::memory_order_acq_rel);
}

bool foreign_ring::drain(room wanted) noexcept {
    count_rejected();
    for (std::uint32_t i = 1; i <= events_a_drain; ++i) {
        const std::optional<base::record_view> record = ring_.front();
        const bool was_empty = !record && !lost_ends_.make_up([this](const tactus_event& each) {
            (void)emit(each, TACTUS_BATCH_DROPPABLE);
        });
        if (was_empty && ring_.consumer_may_sleep()) {
            is_held_up_ = false;
            return false;
        }
        if (record) {
            is_held_up_ = !read(*record, wanted);
            if (is_held_up_) {
                return false;
            }
            ring_.pop();
        }
        if (i % flow::ingress::packets_between_looks == 0) {
            services_.dispatcher.run_due(services_.reactor.clock().now_ns());
        }
    }
    return true;
}

// Returns false if it waits for room.
bool foreign_ring::read(const base::record_view& record, room wanted) noexcept {
    offered one{};
    std::memcpy(&one, record.header.data(), sizeof one);
    one.event.bytes = reinterpret_cast<const std::uint8_t*>(record.payload.data());
    if ((one.event.flags & TACTUS_EVENT_SYSEX_PART) != 0) {
        cut_parts();
    }
    return emit(one.event,
                one.batch_flags | (wanted == room::or_refuse ? TACTUS_BATCH_DROPPABLE : 0U));
}

bool foreign_ring::emit(const tactus_event& event, std::uint32_t batch_flags) noexcept {
    tactus_batch one{};
    one.struct_size = sizeof one;
    one.count = 1;
    one.event_stride = sizeof event;
    one.flags = batch_flags;
    one.events = &event;
    return services_.ingress.emit(input_, one).status != TACTUS_E_AGAIN;
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
