// SPDX-License-Identifier: MIT
// The dispatcher's way to quiet: cancel, silence, panic.
#include "kernel/flow/dispatcher.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi_to_osc.hpp"

#include <array>

namespace tactus::flow {
namespace {

constexpr std::uint8_t channels = 16;
constexpr std::uint8_t control_change_status = 0xB0;
constexpr std::int64_t time_tag_step_ns = 1'000; // two that differ by it differ as time tags, too
constexpr std::array<std::uint8_t, 3> quiet_controllers = {64, 123, 120};

} // namespace

std::uint64_t dispatcher::cancel_tag(std::uint32_t tag) noexcept {
    std::uint64_t cancelled = 0;
    for (const std::unique_ptr<output>& each : outputs_) {
        cancelled += queue_.cancel_tag(each->index, tag);
    }
    return cancelled;
}

void dispatcher::drop_all(dropped reason) noexcept {
    for (const std::unique_ptr<output>& each : outputs_) {
        const std::uint64_t gone = queue_.cancel(each->index, keep::nothing);
        each->stopped += gone;
        each->ledger.dropped_by.add(reason, gone);
        flush(*each);
    }
}

void dispatcher::flush(output& to) noexcept {
    if (to.connected.sink != nullptr) {
        to.connected.sink->flush();
    }
}

void dispatcher::silence(std::uint16_t output, silence_cause cause) noexcept {
    flow::output& to = *outputs_[output];
    collect(to);
    if (to.notes.to_end() == 0) {
        return;
    }
    to.ledger.silenced_by.add(cause);
    const origin from = cause == silence_cause::operator_ ? origin::panic : origin::silence;
    for (const port_notes::entry& each : to.notes.all()) {
        end_notes(to, each, from);
    }
}

std::size_t dispatcher::to_silence() const noexcept {
    std::size_t sum = 0;
    for (const std::unique_ptr<output>& each : outputs_) {
        sum += each->notes.to_end();
    }
    return sum;
}

// What sounds changes when this leaves. OSC may leave before it is due, with its time in a bundle:
// what ends it is due later.
void dispatcher::end_notes(output& to, const port_notes::entry& sounding, origin from) noexcept {
    delivery what;
    what.from = from;
    what.due_ns = clock_.now_ns();
    if (sounding.latest_ns > what.due_ns) {
        what.due_ns = sounding.latest_ns + time_tag_step_ns;
    }
    what.source.port = sounding.port;
    what.source.protocol = TACTUS_PROTO_MIDI;
    sounding.notes.for_each([&](std::uint8_t channel, std::uint8_t note) {
        end_one(to, what, sounding.written_for, codec::note_off(channel, note));
    });
    sounding.notes.for_each_pedal([&](std::uint8_t channel, std::uint8_t controller) {
        end_one(to, what, sounding.written_for,
                {static_cast<std::uint8_t>(control_change_status | channel), controller, 0});
    });
}

// As what it ends was sent: as MIDI, or written as OSC.
void dispatcher::end_one(output& to, const delivery& what, std::string_view written_for,
                         const std::array<std::uint8_t, 3>& message) noexcept {
    if (written_for.empty()) {
        send_made(to, what, message);
        return;
    }
    std::array<std::uint8_t, codec::osc_address_size_max + 32> space;
    const std::optional<std::size_t> size =
        codec::translate(codec::midi_view{message}, written_for, space);
    TACTUS_ASSERT(size.has_value());
    delivery written = what;
    written.source.protocol = TACTUS_PROTO_OSC;
    written.source.flags = event_cell::is_written_note;
    send_made(to, written, std::span<const std::uint8_t>(space).first(*size));
}

void dispatcher::panic() noexcept {
    for (const std::unique_ptr<output>& each : outputs_) {
        output& to = *each;
        ++to.panics;
        if (!to.takes(TACTUS_PROTO_MIDI)) {
            silence(to.index, silence_cause::operator_);
            continue;
        }
        queue_.cancel(to.index, keep::real_time);
        flush(to);
        silence(to.index, silence_cause::operator_);
        to.ports.for_each_up([&](std::uint32_t port) { quiet(to, port); });
    }
}

void dispatcher::quiet(output& to, std::uint32_t port) noexcept {
    delivery what;
    what.from = origin::panic;
    what.due_ns = clock_.now_ns();
    what.source.port = port;
    what.source.protocol = TACTUS_PROTO_MIDI;
    for (std::uint8_t channel = 0; channel < channels; ++channel) {
        for (const std::uint8_t controller : quiet_controllers) {
            const std::array<std::uint8_t, 3> message = {
                static_cast<std::uint8_t>(control_change_status | channel), controller, 0};
            send_made(to, what, message);
        }
    }
}

// `what` says who made it, when it is due, for which port and in which protocol.
void dispatcher::send_made(output& to, const delivery& what,
                           std::span<const std::uint8_t> message) noexcept {
    delivery made = what;
    made.source.bytes = std::as_bytes(message);
    made.source.arrival_ns = clock_.now_ns();
    made.source.flags |= TACTUS_EVENT_CRITICAL;
    deliver(to.index, made);
}

} // namespace tactus::flow
