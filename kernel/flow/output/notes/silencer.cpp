// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/silencer.hpp"

#include "kernel/flow/output/notes/remaining_notes.hpp"

#include <algorithm>
#include <bitset>

namespace tactus::flow {

std::uint64_t silencer::end_sender(std::uint32_t tag) noexcept {
    const std::uint64_t cancelled = canceller_.cancel_gone_sender(tag);
    end_notes_of_senders(tag, silence_cause::source_gone);
    return cancelled;
}

std::uint64_t silencer::take_back_sender(std::uint32_t tag) noexcept {
    const std::uint64_t cancelled = end_sender(tag);
    return cancelled + canceller_.cancel_where_up(tag);
}

// At a port that is down the notes stay: they are ended when it is up again.
void silencer::end_notes_of_senders(const sender_range& who, silence_cause cause) noexcept {
    outputs_.for_each([&](output& to) {
        account_.collect(to);
        bool has_ended = false;
        for (port_notes::entry& each : to.notes.ports()) {
            const output_notes::remains left = to.notes.let_go(each, who);
            if (left.on.to_end() > 0 && is_reached(to, each)) {
                ends_.end_each(to, left, origin::silence, ends_.due_ns_at(to));
                has_ended = true;
            }
        }
        to.ledger.silenced_by.add(cause, has_ended ? 1 : 0);
    });
}

void silencer::end_overlong(std::int64_t now_ns) noexcept {
    outputs_.for_each([&](output& to) {
        if (to.notes.next_look_ns() > now_ns) {
            return;
        }
        account_.collect(to);
        to.notes.begin_look(now_ns);
        bool has_ended = false;
        for (port_notes::entry& each : to.notes.ports()) {
            if (!is_reached(to, each)) {
                continue;
            }
            const output_notes::remains left{&each, to.notes.limit().take(each, now_ns),
                                             std::max(each.latest_ns, each.begun_ns)};
            if (left.on.to_end() > 0) {
                ends_.end_each(to, left, origin::silence, ends_.due_ns_at(to));
                has_ended = true;
            }
        }
        to.ledger.silenced_by.add(silence_cause::max_note, has_ended ? 1 : 0);
    });
}

std::int64_t silencer::next_look_ns() const noexcept {
    std::int64_t next_ns = note_limit::never_ns;
    outputs_.for_each(
        [&](const output& of) { next_ns = std::min(next_ns, of.notes.next_look_ns()); });
    return next_ns;
}

void silencer::silence(std::uint16_t output, silence_cause cause) noexcept {
    flow::output& to = outputs_[output];
    const bool is_panic = cause == silence_cause::operator_;
    const origin from = is_panic ? origin::panic : origin::silence;
    sysex_.leave(to, dropped::cancelled, from); // note-ends must not wait for the end of a SysEx
    const std::size_t ended =
        for_each_remaining(account_, to, is_panic, [&](const output_notes::remains& left) {
            ends_.end_each(to, left, from, ends_.due_ns_at(to));
        });
    to.ledger.silenced_by.add(cause, ended > 0 ? 1 : 0);
}

void silencer::silence_channels(std::uint16_t output, silence_cause cause) noexcept {
    flow::output& to = outputs_[output];
    sysex_.leave(to, dropped::cancelled);
    const auto end_channels = [&](const output_notes::remains& left) {
        const std::int64_t due_ns = ends_.due_ns_at(to);
        if (!left.at->written_for.empty()) {
            ends_.end_each(to, left, origin::silence, due_ns);
            return;
        }
        std::bitset<sounding::channels> channels;
        left.on.for_each([&](std::size_t place) {
            channels.set(sounding::channel_of(place));
            if (place >= sounding::notes) { // CC 64 releases only one kind of pedal
                ends_.end_place(to, left.at->port, place, due_ns);
            }
        });
        for (std::uint8_t channel = 0; channel < sounding::channels; ++channel) {
            if (channels[channel]) {
                ends_.end_channel(to, left.at->port, channel, origin::silence, due_ns);
            }
        }
    };
    const std::size_t ended = for_each_remaining(account_, to, false, end_channels);
    to.ledger.silenced_by.add(cause, ended > 0 ? 1 : 0);
}

void silencer::silence_muted(std::uint16_t output) {
    flow::output& to = outputs_[output];
    canceller::flush(to, keep::critical);
    sysex_.leave(to, dropped::muted, origin::silence);
    end_notes_of(output, [](const note_owner&) { return true; });
}

void silencer::end_notes_of(std::uint16_t output, const note_choice& is_chosen,
                            silence_cause cause) {
    flow::output& to = outputs_[output];
    // A receiver that keeps OSC until it is due is in `after_ns` already.
    const std::int64_t handed_over_ns =
        to.connected.is_scheduling || to.connected.ahead_ns == 0
            ? 0
            : clock_.now_ns() + to.connected.ahead_ns - end_writer::time_tag_step_ns;
    std::size_t ended = 0;
    for_each_remaining(account_, to, true, [&](const output_notes::remains& left) {
        output_notes::remains chosen = left;
        left.on.for_each([&](std::size_t place) {
            if (!is_chosen(left.at->owners.of(place))) {
                chosen.on.end(place);
            }
        });
        chosen.after_ns = std::max(left.after_ns, handed_over_ns);
        ended += chosen.on.to_end();
        ends_.end_each(to, chosen, origin::silence, ends_.due_ns_at(to));
    });
    to.ledger.silenced_by.add(cause, ended > 0 ? 1 : 0);
}

void silencer::end_notes_everywhere(const note_choice_at& is_chosen, silence_cause cause) {
    outputs_.for_each([&](const output& of) {
        end_notes_of(
            of.index, [&](const note_owner& owner) { return is_chosen(of.index, owner); }, cause);
    });
}

void silencer::forget_route(std::uint16_t id) noexcept {
    outputs_.for_each([id](output& of) {
        for (port_notes::entry& each : of.notes.ports()) {
            each.owners.forget_route(id);
        }
    });
}

void silencer::panic() noexcept {
    outputs_.for_each([this](const output& each) { panic(each.index); });
}

void silencer::panic(std::uint16_t output) noexcept {
    const std::int64_t now_ns = clock_.now_ns();
    flow::output& to = outputs_[output];
    ++to.panics;
    if (!to.takes(TACTUS_PROTO_MIDI)) {
        silence(output, silence_cause::operator_);
        return;
    }
    const bool is_under_way = now_ns - to.swept_ns < panic_ns;
    canceller_.cancel_for_panic(to, is_under_way ? keep::critical : keep::real_time);
    silence(output, silence_cause::operator_);
    if (!is_under_way) {
        end_all_channels(to, now_ns);
    }
}

void silencer::end_all_channels(output& to, std::int64_t now_ns) noexcept {
    to.swept_ns = now_ns;
    to.ports.for_each([&](const port_table::entry& port) {
        for (std::uint8_t channel = 0; port.is_up && channel < sounding::channels; ++channel) {
            ends_.end_channel(to, port.number, channel, origin::panic, now_ns);
        }
    });
}

} // namespace tactus::flow
