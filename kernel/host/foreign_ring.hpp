// SPDX-License-Identifier: MIT
// What a thread of a plugin's own (a driver's callback) emits: copied into a ring, read on the
// loop, which is woken only when it does not look at the ring already. Full is counted, nothing
// waits; ends of notes that were lost so are made up for when the ring has been read. The loop
// reads in slices and looks at what is due in between: a flood delays no output.
#pragma once

#include "kernel/base/record_ring.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/host/host_services.hpp"
#include "kernel/host/lost_ends.hpp"

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
        (void)ring_.consumer_may_sleep(); // the loop is not looking: the first push wakes it
    }

    // Takes all; what finds no room is counted as rejected{overrun}. Threads: one at a time, not
    // the loop. True: the loop must be told to drain. With TACTUS_BATCH_MORE that waits for a batch
    // without it, unless half of the ring is used.
    [[nodiscard]] bool push(const tactus_batch& batch) noexcept;
    // Counts what never became an event. The same answer. Threads: any.
    [[nodiscard]] bool reject(flow::rejected reason, std::uint64_t n) noexcept;
    // A slice; true: more is left, call it again in a later turn. Threads: loop.
    [[nodiscard]] bool drain() noexcept;

private:
    [[nodiscard]] bool put(const tactus_event& given) noexcept;
    void read(const base::record_view& record) noexcept;
    void emit(const tactus_event& event) noexcept;
    void count_rejected() noexcept;
    void cut_parts() noexcept;

    const host_services& services_;
    std::uint16_t input_;
    base::record_ring ring_;
    lost_ends lost_ends_;
    bool owes_wake_ = false; // the producer's: the loop sleeps, and has not been told
    // Written by any thread, taken by the loop: relaxed, counts that stand for themselves.
    std::array<std::atomic<std::uint64_t>, flow::rejected_names.size()> rejected_{};
    // false -> true by whoever counts first, and tells the loop; true -> false by the loop, before
    // it takes the counts. Acquire-release: a count made before the flag was found set is taken.
    std::atomic<bool> has_rejected_{false};
    // A part of a SysEx found no room. false -> true by the producer before it pushes anything
    // else, true -> false by the loop before it emits the next part: release and acquire, so that
    // nothing of that SysEx is emitted that came after the part.
    std::atomic<bool> has_lost_part_{false};
};

} // namespace tactus::host
