// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/end_writer.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi_to_osc.hpp"

#include <optional>
#include <span>

namespace tactus::flow {
namespace {

constexpr std::uint8_t control_change_status = 0xB0;
constexpr std::array<std::uint8_t, 3> channel_end_controllers = {64, 123, 120};

delivery made_for(std::uint32_t port, std::int64_t due_ns, origin from) noexcept {
    delivery what;
    what.from = from;
    what.due_ns = due_ns;
    what.source.port = port;
    what.source.protocol = TACTUS_PROTO_MIDI;
    return what;
}

} // namespace

// OSC may be sent before it is due, with its time in a bundle: its end is due later.
void end_writer::end_each(output& to, const output_notes::remains& left, origin from,
                          std::int64_t due_ns) noexcept {
    delivery what = made_for(left.at->port, due_ns, from);
    if (left.after_ns > what.due_ns) {
        what.due_ns = left.after_ns + time_tag_step_ns;
    }
    what.written_for = left.at->written_for;
    left.on.for_each([&](std::size_t place) {
        if (deliver(to, what, sounding::end_of(place))) {
            left.at->ending.set(place);
        }
    });
}

void end_writer::end_place(output& to, std::uint32_t port, std::size_t place,
                           std::int64_t due_ns) noexcept {
    deliver(to, made_for(port, due_ns, origin::silence), sounding::end_of(place));
}

void end_writer::end_channel(output& to, std::uint32_t port, std::uint8_t channel, origin from,
                             std::int64_t due_ns) noexcept {
    const delivery what = made_for(port, due_ns, from);
    for (const std::uint8_t controller : channel_end_controllers) {
        const auto status = static_cast<std::uint8_t>(control_change_status | channel);
        deliver(to, what, {status, controller, 0});
    }
}

// As MIDI, or written as OSC. Returns false if it was dropped at once.
bool end_writer::deliver(output& to, const delivery& what,
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

} // namespace tactus::flow
