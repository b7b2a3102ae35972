// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/canceller.hpp"

#include "kernel/flow/output/notes/note_beginnings.hpp"

namespace tactus::flow {

std::uint64_t canceller::cancel_tag(std::uint32_t tag) noexcept {
    return cancel(tag, &timed_queue::spares_all);
}

std::uint64_t canceller::cancel_gone_sender(std::uint32_t tag) noexcept {
    return cancel(tag, &begins_nothing);
}

std::uint64_t canceller::cancel(std::uint32_t tag, timed_queue::choice is_spared) noexcept {
    std::uint64_t cancelled = 0;
    outputs_.for_each([&](const output& each) {
        cancelled += queue_.cancel_tag(each.index, tag, keep::critical, is_spared);
    });
    return cancelled;
}

std::uint64_t canceller::cancel_where_up(std::uint32_t tag) noexcept {
    std::uint64_t cancelled = 0;
    outputs_.for_each([&](const output& each) {
        bool is_up = each.connected.sink != nullptr;
        each.ports.for_each([&](const port_table::entry& port) { is_up &= port.is_up; });
        if (is_up) {
            cancelled += queue_.cancel_tag(each.index, tag, keep::nothing);
        }
    });
    return cancelled;
}

void canceller::drop(dropped reason) noexcept {
    outputs_.for_each([&](const output& each) { drop(each.index, reason, keep::critical); });
}

void canceller::drop(std::uint16_t output, dropped reason, keep handed_over) noexcept {
    flow::output& of = outputs_[output];
    const std::uint64_t gone = queue_.cancel(output, keep::nothing);
    of.stopped += gone;
    of.ledger.dropped_by.add(reason, gone);
    of.notes.all_cancelled();
    flush(of, handed_over);
    sysex_.cancelled(of, reason);
}

void canceller::cancel_for_panic(output& to, keep kept) noexcept {
    queue_.cancel(to.index, kept);
    if (kept == keep::real_time) {
        to.notes.all_cancelled();
    }
    flush(to, keep::critical);
    sysex_.cancelled(to, dropped::cancelled, origin::panic);
}

void canceller::flush(output& to, keep kept) noexcept {
    if (to.connected.sink != nullptr) {
        to.connected.sink->flush(kept);
    }
}

} // namespace tactus::flow
