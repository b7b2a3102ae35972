// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/silencer.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/flow/output/notes/note_beginnings.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <optional>
#include <utility>

namespace tactus::flow {
namespace {

constexpr std::uint8_t control_change_status = 0xB0;
constexpr std::int64_t time_tag_step_ns = 1'000; // times this far apart have different time tags
constexpr std::array<std::uint8_t, 3> quiet_controllers = {64, 123, 120};

delivery made_for(std::uint32_t port, std::int64_t due_ns, origin from) noexcept {
    delivery what;
    what.from = from;
    what.due_ns = due_ns;
    what.source.port = port;
    what.source.protocol = TACTUS_PROTO_MIDI;
    return what;
}

} // namespace

std::uint64_t silencer::cancel_tag(std::uint32_t tag) noexcept {
    return cancel_tag(tag, &timed_queue::spares_all);
}

std::uint64_t silencer::cancel_tag(std::uint32_t tag, timed_queue::choice is_spared) noexcept {
    std::uint64_t cancelled = 0;
    outputs_.for_each([&](const output& each) {
        cancelled += queue_.cancel_tag(each.index, tag, keep::critical, is_spared);
    });
    return cancelled;
}

std::uint64_t silencer::end_sender(std::uint32_t tag) noexcept {
    const std::uint64_t cancelled = cancel_tag(tag, &begins_nothing);
    let_go(tag, silence_cause::source_gone);
    return cancelled;
}

std::uint64_t silencer::take_back_sender(std::uint32_t tag) noexcept {
    std::uint64_t cancelled = end_sender(tag);
    outputs_.for_each([&](const output& each) {
        bool is_reached = each.connected.sink != nullptr;
        each.ports.for_each([&](const port_table::entry& port) { is_reached &= port.is_up; });
        if (is_reached) {
            cancelled += queue_.cancel_tag(each.index, tag, keep::nothing);
        }
    });
    return cancelled;
}

// At a port that is down the notes stay: they are ended when it is up again.
void silencer::let_go(const sender_range& who, silence_cause cause) noexcept {
    outputs_.for_each([&](output& to) {
        account_.collect(to);
        bool has_ended = false;
        for (port_notes::entry& each : to.notes.ports()) {
            const output_notes::remains left = to.notes.let_go(each, who);
            if (left.on.to_end() > 0 && to.connected.sink != nullptr && to.ports.is_up(each.port)) {
                end_notes(to, left, origin::silence, now_ns_at(to));
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
            if (to.connected.sink == nullptr || !to.ports.is_up(each.port)) {
                continue;
            }
            const output_notes::remains left{&each, to.notes.limit().take(each, now_ns),
                                             std::max(each.latest_ns, each.begun_ns)};
            if (left.on.to_end() > 0) {
                end_notes(to, left, origin::silence, now_ns_at(to));
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

void silencer::drop_all(dropped reason) noexcept {
    outputs_.for_each([&](const output& each) { drop_all(each.index, reason, keep::critical); });
}

void silencer::drop_all(std::uint16_t output, dropped reason, keep handed_over) noexcept {
    flow::output& of = outputs_[output];
    const std::uint64_t gone = queue_.cancel(output, keep::nothing);
    of.stopped += gone;
    of.ledger.dropped_by.add(reason, gone);
    of.notes.all_cancelled();
    flush(of, handed_over);
    sysex_.cancelled(of, reason);
}

void silencer::cancel_waiting(output& to, keep kept) noexcept {
    queue_.cancel(to.index, kept);
    if (kept == keep::real_time) {
        to.notes.all_cancelled();
    }
    flush(to, keep::critical);
    sysex_.cancelled(to, dropped::cancelled, origin::panic);
}

void silencer::flush(output& to, keep kept) noexcept {
    if (to.connected.sink != nullptr) {
        to.connected.sink->flush(kept);
    }
}

template <class Use>
std::size_t silencer::for_each_left(output& to, bool with_in_flight, Use&& use) noexcept {
    account_.collect(to);
    std::size_t sum = 0;
    for (port_notes::entry& each : to.notes.ports()) {
        if (to.connected.sink == nullptr || !to.ports.is_up(each.port)) {
            continue;
        }
        const output_notes::remains left = to.notes.remains_of(each, with_in_flight);
        if (left.on.to_end() > 0) {
            sum += left.on.to_end();
            use(left);
        }
    }
    return sum;
}

void silencer::silence(std::uint16_t output, silence_cause cause) noexcept {
    flow::output& to = outputs_[output];
    const bool is_panic = cause == silence_cause::operator_;
    const origin from = is_panic ? origin::panic : origin::silence;
    sysex_.leave(to, dropped::cancelled, from); // note-ends must not wait for the end of a SysEx
    const std::size_t ended = for_each_left(to, is_panic, [&](const output_notes::remains& left) {
        end_notes(to, left, from, now_ns_at(to));
    });
    to.ledger.silenced_by.add(cause, ended > 0 ? 1 : 0);
}

std::size_t silencer::to_silence(std::uint16_t output) noexcept {
    return for_each_left(outputs_[output], false, [](const output_notes::remains&) {});
}

void silencer::silence_channels(std::uint16_t output, silence_cause cause) noexcept {
    flow::output& to = outputs_[output];
    sysex_.leave(to, dropped::cancelled);
    const std::size_t ended = for_each_left(to, false, [&](const output_notes::remains& left) {
        if (!left.at->written_for.empty()) {
            end_notes(to, left, origin::silence, now_ns_at(to));
            return;
        }
        delivery what = made_for(left.at->port, now_ns_at(to), origin::silence);
        std::bitset<sounding::channels> channels;
        left.on.for_each([&](std::size_t place) {
            channels.set(sounding::channel_of(place));
            if (place >= sounding::notes) { // CC 64 releases only one kind of pedal
                end_one(to, what, sounding::end_of(place));
            }
        });
        for (std::uint8_t channel = 0; channel < sounding::channels; ++channel) {
            if (channels[channel]) {
                quiet_channel(to, what, channel);
            }
        }
    });
    to.ledger.silenced_by.add(cause, ended > 0 ? 1 : 0);
}

// The sounding notes change when this is sent. OSC may be sent before it is due, with its time in a
// bundle: its end is due later.
void silencer::end_notes(output& to, const output_notes::remains& left, origin from,
                         std::int64_t due_ns) noexcept {
    delivery what = made_for(left.at->port, due_ns, from);
    if (left.after_ns > what.due_ns) {
        what.due_ns = left.after_ns + time_tag_step_ns;
    }
    what.written_for = left.at->written_for;
    left.on.for_each([&](std::size_t place) {
        if (end_one(to, what, sounding::end_of(place))) {
            left.at->ending.set(place);
        }
    });
}

// In the form of what it ends: as MIDI, or written as OSC. Returns false if it was dropped at once.
bool silencer::end_one(output& to, const delivery& what,
                       const std::array<std::uint8_t, 3>& message) noexcept {
    delivery end = what;
    end.note = message;
    if (what.written_for.empty()) {
        return enqueuer_.deliver_own(to.index, end, message);
    }
    std::array<std::uint8_t, codec::osc_address_size_max + 32> space;
    const std::optional<std::size_t> size =
        codec::translate(codec::midi_view{message}, what.written_for, space);
    TACTUS_ASSERT(size.has_value());
    end.source.protocol = TACTUS_PROTO_OSC;
    end.source.flags = event_cell::is_written_note;
    return enqueuer_.deliver_own(to.index, end, std::span<const std::uint8_t>(space).first(*size));
}

void silencer::end_notes_of(std::uint16_t output, const note_choice& is_chosen,
                            silence_cause cause) {
    flow::output& to = outputs_[output];
    // A receiver that keeps OSC until it is due is in `after_ns` already.
    const std::int64_t handed_over_ns =
        to.connected.is_scheduling || to.connected.ahead_ns == 0
            ? 0
            : clock_.now_ns() + to.connected.ahead_ns - time_tag_step_ns;
    std::size_t ended = 0;
    for_each_left(to, true, [&](const output_notes::remains& left) {
        output_notes::remains chosen = left;
        left.on.for_each([&](std::size_t place) {
            if (!is_chosen(left.at->owners.of(place))) {
                chosen.on.end(place);
            }
        });
        chosen.after_ns = std::max(left.after_ns, handed_over_ns);
        ended += chosen.on.to_end();
        end_notes(to, chosen, origin::silence, now_ns_at(to));
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

void silencer::quiet(std::uint16_t output) {
    flow::output& to = outputs_[output];
    flush(to, keep::critical);
    sysex_.leave(to, dropped::muted, origin::silence);
    end_notes_of(output, [](const note_owner&) { return true; });
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
    cancel_waiting(to, is_under_way ? keep::critical : keep::real_time);
    silence(output, silence_cause::operator_);
    if (!is_under_way) {
        sweep(to, now_ns);
    }
}

void silencer::sweep(output& to, std::int64_t now_ns) noexcept {
    to.swept_ns = now_ns;
    to.ports.for_each([&](const port_table::entry& port) {
        const delivery what = made_for(port.number, now_ns, origin::panic);
        for (std::uint8_t channel = 0; port.is_up && channel < sounding::channels; ++channel) {
            quiet_channel(to, what, channel);
        }
    });
}

void silencer::quiet_channel(output& to, const delivery& what, std::uint8_t channel) noexcept {
    for (const std::uint8_t controller : quiet_controllers) {
        const std::array<std::uint8_t, 3> message = {
            static_cast<std::uint8_t>(control_change_status | channel), controller, 0};
        delivery quiet = what;
        quiet.note = message;
        enqueuer_.deliver_own(to.index, quiet, message);
    }
}

void silencer::ports_changed(output& of, std::int64_t due_ns) noexcept {
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
            end_notes(of, left, origin::silence, due_ns);
        }
    }
}

void silencer::detached(output& of, bool is_cut_off) noexcept {
    for (port_notes::entry& each : of.notes.ports()) {
        if (is_cut_off && (of.is_ending || of.settings.silence_on_disconnect)) {
            each.went_down(clock_.now_ns());
        } else if (of.is_ending) {
            each.was_up = false; // that it goes down now means nothing
        }
    }
}

std::size_t silencer::may_sound_at(std::uint16_t output) {
    flow::output& of = outputs_[output];
    account_.collect(of);
    std::size_t sum = 0;
    for (port_notes::entry& each : of.notes.ports()) {
        sum += of.notes.remains_of(each, true).on.to_end();
    }
    return sum;
}

std::size_t silencer::count_sounding() noexcept {
    std::size_t sum = 0;
    outputs_.for_each([&](const output& of) { sum += count_sounding(of.index); });
    return sum;
}

std::size_t silencer::count_sounding(std::uint16_t output) noexcept {
    account_.collect(outputs_[output]);
    std::size_t sum = 0;
    for (const port_notes::entry& each : outputs_[output].notes.ports()) {
        sum += each.notes.to_end();
    }
    return sum;
}

std::size_t silencer::count_unreachable(std::uint16_t output) {
    flow::output& of = outputs_[output];
    account_.collect(of);
    std::size_t sum = 0;
    for (port_notes::entry& each : of.notes.ports()) {
        if (of.connected.sink == nullptr || !of.ports.is_up(each.port)) {
            sum += of.notes.remains_of(each, true).on.to_end();
        }
    }
    return sum;
}

output_notes::left_behind silencer::set_aside(std::uint16_t output) {
    flow::output& of = outputs_[output];
    const output_notes::left_behind left = slots_.set_aside(of);
    outputs_.for_each([&](flow::output& each) { // one may have the port already
        if (left.kept > 0 && &each != &of && each.connected.sink != nullptr) {
            ports_changed(each, now_ns_at(each));
        }
    });
    return left;
}

void silencer::settle(std::uint16_t output) noexcept {
    account_.collect(outputs_[output]);
    outputs_[output].notes.settle();
}

} // namespace tactus::flow
