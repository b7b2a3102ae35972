// SPDX-License-Identifier: MIT
#include "kernel/flow/output/output_account.hpp"

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

void output_account::collect(output& of) noexcept {
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

void output_account::finished(output& of, const completion& what) noexcept {
    const in_flight::event event = of.notes.in_flight()[what.receipt];
    of.notes.finish(what.receipt);
    if (what.how != finish::sent) {
        const dropped why = reason_of(what.how);
        outcomes_.count_dropped(
            of, why, event.tag,
            {.input = event.input,
             .route = event.route,
             .came_ns = event.came_ns,
             .detail = why == dropped::output_error || why == dropped::output_down
                           ? of.connected.sink->failure()
                           : std::string_view()});
        of.notes.lost(event.change);
        if (event.part != 0) {
            sysex_.lost(of, event.part, why);
        }
        return;
    }
    outcomes_.count_sent_late(of, std::int64_t{what.late_us} * 1000, event.route, event.came_ns);
    of.notes.sent(event.change, event.effect_ns, clock_.now_ns());
    if (of.settings.restores) {
        of.channels.sent(of.ports, event.port, event.change.message);
    }
    if (of.has_ends && !event.change.is_none()) {
        of.ends.follow({event.port, event.change.message, event.ends_ns});
    }
}

// An additional delivery made by the worker: see note_ends.
void output_account::finished_end_before(output& of, const completion& what) noexcept {
    const in_flight::event& event = of.notes.in_flight()[what.receipt];
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

void output_account::close(output& of, dropped reason) noexcept {
    collect(of);
    of.notes.in_flight().for_each([&](std::uint32_t, const in_flight::event& each) {
        outcomes_.count_dropped(of, reason, each.input, each.tag);
    });
    const sink& gone = *of.connected.sink;
    of.notes.cut_off(!gone.has_ended(), clock_.now_ns());
    if (gone.lateness() != nullptr) { // a histogram never decreases
        of.lateness_before += gone.lateness()->take_snapshot();
        of.send_duration_before += gone.send_duration()->take_snapshot();
    }
}

std::uint64_t output_account::delivery_epoch(std::uint16_t output) noexcept {
    flow::output& of = outputs_[output];
    collect(of);
    const output_counts counts = counts_of(of);
    return of.ledger.lost() + of.ledger.dropped_by.of(dropped::cancelled) +
           of.ledger.dropped_by.of(dropped::stop) + of.ledger.dropped_by.of(dropped::circle) +
           of.ledger.dropped_by.of(dropped::muted) + counts.cancelled + counts.evicted +
           of.connects + of.panics;
}

std::uint64_t output_account::dropped_for(std::uint16_t output, dropped reason) const noexcept {
    const flow::output& of = outputs_.at(output);
    const std::uint64_t counted = of.ledger.dropped_by.of(reason);
    return reason == dropped::queue_full  ? counted + counts_of(of).evicted
           : reason == dropped::cancelled ? counted + counts_of(of).cancelled - of.stopped
                                          : counted;
}

std::uint64_t output_account::dropped_in_all() const noexcept {
    return queue_.evicted() + outputs_.dropped();
}

std::uint64_t output_account::in_flight() noexcept {
    std::uint64_t sum = 0;
    outputs_.for_each([&](output& each) {
        collect(each);
        sum += each.notes.in_flight().count();
    });
    return sum;
}

std::uint64_t output_account::in_flight(std::uint16_t output) noexcept {
    collect(outputs_[output]);
    return outputs_[output].notes.in_flight().count();
}

output_snapshot output_account::take_snapshot(std::uint16_t output) noexcept {
    flow::output& of = outputs_[output];
    collect(of);
    const output_counts counts = counts_of(of);
    output_snapshot taken;
    taken.ledger = of.ledger;
    taken.ledger.dropped_by.add(dropped::queue_full, counts.evicted);
    taken.ledger.dropped_by.add(dropped::cancelled, counts.cancelled - of.stopped);
    taken.pending = counts.pending.events + of.notes.in_flight().count();
    taken.capacity = counts.capacity.events;
    taken.high_watermark = counts.high_watermark;
    if (counts.furthest_due_ns) {
        taken.horizon_ns = std::max<std::int64_t>(*counts.furthest_due_ns - clock_.now_ns(), 0);
    }
    const std::optional<std::int64_t> next_ns =
        of.is_removed ? std::nullopt : queue_.departures().next_due(output);
    if (next_ns) {
        taken.next_due_ns = *next_ns + of.connected.ahead_ns - clock_.now_ns();
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
