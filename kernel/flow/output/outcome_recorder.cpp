// SPDX-License-Identifier: MIT
#include "kernel/flow/output/outcome_recorder.hpp"

namespace tactus::flow {

void outcome_recorder::count_dropped(output& by, dropped reason, std::uint16_t input,
                                     std::uint32_t tag) const noexcept {
    by.ledger.dropped_by.add(reason);
    if (outcome_observers_ != nullptr) {
        event_outcome what;
        what.kind = outcome_kind::dropped;
        what.tag = outcome_observers::own_tag(tag);
        what.reason = dropped_names[static_cast<std::size_t>(reason)];
        what.output = by.index;
        outcome_observers_->tell(outcome_observers::owner_of(input, tag), what);
    }
}

// An event is late if it has a time and left after it, whatever the cause. For an output that wants
// its events ahead, an event is not late until its time has come.
void outcome_recorder::tell_sent(const output& by, const tactus_event& event, std::uint16_t input,
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
