// SPDX-License-Identifier: MIT
// The dispatcher's accounting: what workers have finished, and the snapshot of an output.
#include "kernel/flow/output/dispatcher.hpp"

#include <algorithm>

namespace tactus::flow {
namespace {

// Bounds: it was not sent.
dropped reason_of(finish how) noexcept {
    switch (how) {
    case finish::refused:
        return dropped::output_down;
    case finish::cancelled:
        return dropped::cancelled;
    case finish::outdated:
        return dropped::outdated;
    case finish::failed:
    case finish::sent:
        break;
    }
    return dropped::output_error;
}

} // namespace

// In the order in which the worker finished them.
void dispatcher::collect(output& of) noexcept {
    if (!of.connected.is_deferred || of.connected.sink == nullptr) {
        return;
    }
    completion next;
    while (of.connected.sink->next_completion(next)) {
        if (next.is_end_before) {
            finished_end_before(of, next);
        } else {
            finished(of, next);
        }
    }
}

void dispatcher::finished(output& of, const completion& what) noexcept {
    const in_flight::event event = of.notes.handed_over(what.receipt);
    of.notes.finish(what.receipt);
    if (what.how != finish::sent) {
        const dropped why = reason_of(what.how);
        of.ledger.dropped_by.add(why);
        tell_dropped(of, event.input, event.tag, why);
        of.notes.lost(event.change);
        if (event.part != 0) {
            lost_part(of, event.part, why);
        }
        return;
    }
    ++of.ledger.sent;
    of.notes.sent(event.change, event.effect_ns, clock_.now_ns());
    if (of.has_ends && !event.change.is_none()) {
        of.ends.follow({event.port, event.change.message, event.ends_ns});
    }
}

// An additional delivery made by the worker: see note_ends.
void dispatcher::finished_end_before(output& of, const completion& what) noexcept {
    const in_flight::event& event = of.notes.handed_over(what.receipt);
    of.ledger.accepted_by.add(origin::route);
    if (what.how != finish::sent) {
        of.ledger.dropped_by.add(reason_of(what.how));
        return;
    }
    ++of.ledger.sent;
    note_change end = event.change;
    end.message = sounding::end_of(sounding::place_of(event.change.message));
    const std::int64_t now_ns = clock_.now_ns();
    of.notes.sent(end, now_ns, now_ns);
}

void dispatcher::refuse(std::uint16_t output, dropped reason) noexcept {
    outputs_[output]->ledger.accepted_by.add(origin::route);
    outputs_[output]->ledger.dropped_by.add(reason);
}

void dispatcher::refuse(std::uint16_t output, dropped reason, const event_source& what) noexcept {
    refuse(output, reason);
    tell_dropped(*outputs_[output], what.input, what.tag, reason);
}

std::uint64_t dispatcher::delivery_epoch(std::uint16_t output) noexcept {
    flow::output& of = *outputs_[output];
    collect(of);
    const output_counts counts = queue_.counts(output);
    return of.ledger.lost() + of.ledger.dropped_by.of(dropped::cancelled) +
           of.ledger.dropped_by.of(dropped::stop) + of.ledger.dropped_by.of(dropped::circle) +
           counts.cancelled + counts.evicted + of.connects + of.panics;
}

std::uint64_t dispatcher::dropped_for(std::uint16_t output, dropped reason) const noexcept {
    return outputs_[output]->ledger.dropped_by.of(reason) +
           (reason == dropped::queue_full ? queue_.counts(output).evicted : 0);
}

std::uint64_t dispatcher::dropped_in_all() const noexcept {
    std::uint64_t sum = queue_.evicted();
    for (const std::unique_ptr<output>& each : outputs_) {
        sum += each->ledger.dropped_by.total();
    }
    return sum;
}

std::uint64_t dispatcher::in_flight() noexcept {
    std::uint64_t sum = 0;
    for (const std::unique_ptr<output>& each : outputs_) {
        collect(*each);
        sum += each->notes.in_flight_count();
    }
    return sum;
}

std::uint64_t dispatcher::in_flight(std::uint16_t output) noexcept {
    collect(*outputs_[output]);
    return outputs_[output]->notes.in_flight_count();
}

output_snapshot dispatcher::take_snapshot(std::uint16_t output) noexcept {
    flow::output& of = *outputs_[output];
    collect(of);
    const output_counts counts = queue_.counts(output);
    output_snapshot taken;
    taken.ledger = of.ledger;
    taken.ledger.dropped_by.add(dropped::queue_full, counts.evicted);
    taken.ledger.dropped_by.add(dropped::cancelled, counts.cancelled - of.stopped);
    taken.pending = counts.pending.events + of.notes.in_flight_count();
    taken.capacity = counts.capacity.events;
    taken.high_watermark = counts.high_watermark;
    if (counts.furthest_due_ns) {
        taken.horizon_ns = std::max<std::int64_t>(*counts.furthest_due_ns - clock_.now_ns(), 0);
    }
    taken.notes_sounding = static_cast<std::uint32_t>(of.notes.count(clock_.now_ns()));
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
