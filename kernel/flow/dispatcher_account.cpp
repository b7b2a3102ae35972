// SPDX-License-Identifier: MIT
// The dispatcher's account: what workers have finished, and the snapshot of an output.
#include "kernel/flow/dispatcher.hpp"

#include <algorithm>

namespace tactus::flow {

void dispatcher::collect(output& of) noexcept {
    if (!of.connected.is_deferred || of.connected.sink == nullptr) {
        return;
    }
    const completions now = of.connected.sink->completed();
    of.ledger.sent += now.sent - of.seen.sent;
    of.ledger.dropped_by.add(dropped::output_error, now.failed - of.seen.failed);
    of.ledger.dropped_by.add(dropped::output_down, now.refused - of.seen.refused);
    of.ledger.dropped_by.add(dropped::cancelled, now.cancelled - of.seen.cancelled);
    const bool has_lost = now.total() - now.sent > of.seen.total() - of.seen.sent;
    of.seen = now;
    if (has_lost || of.handed_over == now.total()) {
        of.notes.settle(!has_lost);
    }
}

std::uint64_t dispatcher::doubts(std::uint16_t output) noexcept {
    flow::output& of = *outputs_[output];
    collect(of);
    const output_counts counts = queue_.counts(output);
    return of.ledger.lost() + of.ledger.dropped_by.of(dropped::cancelled) +
           of.ledger.dropped_by.of(dropped::stop) + counts.cancelled + counts.evicted +
           of.connects + of.panics;
}

std::uint64_t dispatcher::in_flight() noexcept {
    std::uint64_t sum = 0;
    for (const std::unique_ptr<output>& each : outputs_) {
        collect(*each);
        sum += each->handed_over - each->seen.total();
    }
    return sum;
}

output_snapshot dispatcher::take_snapshot(std::uint16_t output) noexcept {
    flow::output& of = *outputs_[output];
    collect(of);
    const output_counts counts = queue_.counts(output);
    output_snapshot taken;
    taken.ledger = of.ledger;
    taken.ledger.dropped_by.add(dropped::queue_full, counts.evicted);
    taken.ledger.dropped_by.add(dropped::cancelled, counts.cancelled - of.stopped);
    taken.pending = counts.pending.events + of.handed_over - of.seen.total();
    taken.capacity = counts.capacity.events;
    taken.high_watermark = counts.high_watermark;
    if (counts.furthest_due_ns) {
        taken.horizon_ns = std::max<std::int64_t>(*counts.furthest_due_ns - clock_.now_ns(), 0);
    }
    taken.notes_sounding = static_cast<std::uint32_t>(of.notes.count());
    taken.is_up = of.connected.sink != nullptr && of.ports.is_any_up();
    const sink* sink = of.connected.sink;
    const bool has_own = sink != nullptr && sink->lateness() != nullptr;
    taken.lateness = (has_own ? *sink->lateness() : of.lateness).take_snapshot();
    taken.lateness += of.lateness_before;
    taken.send_duration = (has_own ? *sink->send_duration() : of.send_duration).take_snapshot();
    taken.send_duration += of.send_duration_before;
    return taken;
}

} // namespace tactus::flow
