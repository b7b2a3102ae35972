// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/note_recovery.hpp"

#include <utility>

namespace tactus::flow {

void note_recovery::ports_changed(output& of, std::int64_t due_ns) noexcept {
    account_.collect(of);
    of.notes.limit().look_soon();
    slots_.adopt(of);
    for (port_notes::entry& each : of.notes.ports()) {
        const bool is_up = of.ports.is_up(each.port);
        const bool was_up = std::exchange(each.was_up, is_up);
        if (is_up == was_up || !(of.settings.silence_on_disconnect || each.is_left_over)) {
            continue;
        }
        if (was_up) {
            each.went_down(clock_.now_ns());
            continue;
        }
        const bool is_left_over = std::exchange(each.is_left_over, false);
        each.record.came_up(of.ports.find(each.port)->name);
        const output_notes::remains left = of.notes.remains_of(each, false);
        if (left.on.to_end() > 0) {
            of.ledger.silenced_by.add(is_left_over ? silence_cause::crash
                                                   : silence_cause::disconnect);
            ends_.end_each(of, left, origin::silence, due_ns);
        }
    }
}

void note_recovery::detached(output& of, bool is_cut_off) noexcept {
    for (port_notes::entry& each : of.notes.ports()) {
        if (is_cut_off && (of.is_ending || of.settings.silence_on_disconnect)) {
            each.went_down(clock_.now_ns());
        } else if (of.is_ending) {
            each.was_up = false; // that it goes down now means nothing
        }
    }
}

void note_recovery::begin_end() noexcept {
    outputs_.for_each([](output& of) { of.is_ending = true; });
}

void note_recovery::settle(std::uint16_t output) noexcept {
    account_.collect(outputs_[output]);
    outputs_[output].notes.settle();
}

output_notes::left_behind note_recovery::set_aside(std::uint16_t output) {
    flow::output& of = outputs_[output];
    const output_notes::left_behind left = slots_.set_aside(of);
    outputs_.for_each([&](flow::output& each) { // one may have the port already
        if (left.kept > 0 && &each != &of && each.connected.sink != nullptr) {
            ports_changed(each, ends_.due_ns_at(each));
        }
    });
    return left;
}

} // namespace tactus::flow
