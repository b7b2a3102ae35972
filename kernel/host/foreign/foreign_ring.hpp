// SPDX-License-Identifier: MIT
// Events emitted by a plugin's own threads (a driver's callback): copied into a ring and read on
// the loop, which is woken only if it is not reading the ring already. A batch that may be dropped
// is always taken: events that do not fit are counted, and note ends lost that way are made up for
// after the ring has been read. Another is taken as far as it fits, and waits in the ring until the
// flow has room for it. The loop reads in slices and checks for due events in between; therefore a
// flood delays no output.
#pragma once

#include "kernel/base/record_ring.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/host/foreign/lost_ends.hpp"
#include "kernel/host/host_services.hpp"

#include <tactus/event.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace tactus::host {

class foreign_ring {
public:
    static constexpr std::size_t ring_bytes = std::size_t{1} << 18;
    static constexpr std::uint32_t events_a_drain = 256;

    foreign_ring(const host_services& services, std::uint16_t input)
        : services_(services), input_(input), ring_(ring_bytes) {
        (void)ring_.consumer_may_sleep(); // the loop is not reading: the first push wakes it
    }

    struct pushed {
        std::uint32_t accepted; // from the front
        bool must_wake;         // the loop must be notified to drain
    };
    // With TACTUS_BATCH_DROPPABLE it takes the whole batch, and events that do not fit count as
    // rejected{overrun}. Threads: one at a time, not the loop. With TACTUS_BATCH_MORE, notifying
    // the loop waits for a batch without it, unless half of the ring is used.
    [[nodiscard]] pushed push(const tactus_batch& batch) noexcept;
    // Counts what never became an event. Returns true if the loop must be notified. Threads: any.
    [[nodiscard]] bool reject(flow::rejected reason, std::uint64_t n) noexcept;
    // The treatment of an event that must not be dropped, and for which the flow has no room.
    enum class room { wait, or_refuse };
    // Drains one slice. Returns true if more is left: call it again in a later turn. Returns false
    // if an event waits for room: call it again when there may be some. Threads: loop.
    [[nodiscard]] bool drain(room wanted = room::wait) noexcept;
    // The first event waits for room: ingress::at(input).awaited. Threads: loop.
    [[nodiscard]] bool is_held_up() const noexcept { return is_held_up_; }

private:
    // In front of an event's bytes in the ring.
    struct offered {
        tactus_event event;
        std::uint32_t batch_flags;
    };

    [[nodiscard]] bool put(const tactus_event& given, std::uint32_t batch_flags) noexcept;
    [[nodiscard]] bool read(const base::record_view& record, room wanted) noexcept;
    [[nodiscard]] bool emit(const tactus_event& event, std::uint32_t batch_flags) noexcept;
    void count_rejected() noexcept;
    void cut_parts() noexcept;

    const host_services& services_;
    std::uint16_t input_;
    base::record_ring ring_;
    lost_ends lost_ends_;
    bool owes_wake_ = false;  // the producer's: the loop sleeps and was not notified
    bool is_held_up_ = false; // the loop's
    // Written by any thread, taken by the loop. Relaxed: the counts are independent of other data.
    std::array<std::atomic<std::uint64_t>, flow::rejected_names.size()> rejected_{};
    // Set by the first thread that counts, which notifies the loop; cleared by the loop before it
    // takes the counts. Acquire-release: a count made before the flag was found set is taken.
    std::atomic<bool> has_rejected_{false};
    // A part of a SysEx did not fit. Set by the producer before it pushes anything else, cleared by
    // the loop before it emits the next part. Release and acquire: the loop emits no part of that
    // SysEx that came after the lost one.
    std::atomic<bool> has_lost_part_{false};
};

} // namespace tactus::host
