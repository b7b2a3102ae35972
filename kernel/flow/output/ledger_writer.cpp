// SPDX-License-Identifier: MIT
#include "kernel/flow/output/ledger_writer.hpp"

namespace tactus::flow {

void ledger_writer::count_dropped(output& by, dropped reason, std::uint16_t input,
                                  std::uint32_t tag) const noexcept {
    count_dropped(by, reason, tag, {.input = input});
}

void ledger_writer::count_dropped(output& by, dropped reason, std::uint32_t tag,
                                  const observed_event& what_it_was) const noexcept {
    by.ledger.dropped_by.add(reason);
    show_dropped(by.index, reason, what_it_was);
    if (outcome_observers_ != nullptr) {
        event_outcome what;
        what.kind = outcome_kind::dropped;
        what.tag = outcome_observers::own_tag(tag);
        what.reason = dropped_names[static_cast<std::size_t>(reason)];
        what.output = by.index;
        outcome_observers_->tell(outcome_observers::owner_of(what_it_was.input, tag), what);
    }
}

void ledger_writer::show_dropped(std::uint16_t output, dropped reason,
                                 const observed_event& what) const noexcept {
    if (!event_observers_.is_empty()) {
        observed_event shown = what;
        shown.what = observed::dropped;
        shown.reason = static_cast<std::uint8_t>(reason);
        shown.output = output;
        event_observers_.tell(shown);
    }
}

void ledger_writer::show_taken(const output& to, const tactus_event& event,
                               observed_event what) const noexcept {
    what.what = observed::sent;
    what.output = to.index;
    what.protocol = event.protocol;
    what.flags = event.flags;
    what.came_ns = event.received_ns;
    what.due_ns = event.due_ns;
    what.bytes = {event.bytes, event.size};
    event_observers_.tell(what);
}

// An event is late if it has a time and left after it, whatever the cause. For an output that wants
// its events ahead, an event is not late until its time has come.
void ledger_writer::tell_sent(const output& by, const tactus_event& event, std::uint16_t input,
                              std::int64_t now_ns) const noexcept {
    const std::int64_t late_ns = now_ns - event.due_ns;
    event_outcome what;
    what.kind = (event.flags & TACTUS_EVENT_TIMED) != 0 && late_ns > told_late_ns
                    ? outcome_kind::late
                    : outcome_kind::sent;
    what.tag = outcome_observers::own_tag(event.tag);
    what.late_ns = late_ns;
    what.output = by.index;
    outcome_observers_->tell(outcome_observers::owner_of(input, event.tag), what);
}

} // namespace tactus::flow
