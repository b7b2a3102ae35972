// SPDX-License-Identifier: MIT
#include "kernel/flow/route/direct_sender.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/flow/output/notes/written_note.hpp"

#include <array>
#include <span>

namespace tactus::flow {

direct_sender::sent direct_sender::send(std::uint16_t output, const message& one,
                                        std::int64_t length_ns) {
    sent done;
    if (!dispatcher_.outputs().is_there(output)) { // a reload has removed it
        done.why = dropped::output_removed;
        return done;
    }
    if (dispatcher_.outputs().at(output).connected.protocols == 0) { // it was never up
        dispatcher_.enqueuer().refuse(output, dropped::output_down, origin::send);
        done.why = dropped::output_down;
        return done;
    }
    write_and_deliver(output, one, length_ns, done);
    const bool is_written =
        length_ns > 0 && !dispatcher_.outputs().at(output).takes(
                             one.osc != nullptr ? TACTUS_PROTO_OSC : TACTUS_PROTO_MIDI);
    if (is_written && !done.why && done.no_form.empty()) { // a note in OSC: its end is another one
        const std::array<std::uint8_t, 3> off = codec::note_off(one.bytes[0] & 0x0F, one.bytes[1]);
        message end = one;
        end.bytes = off;
        end.due_ns += length_ns;
        end.flags |= TACTUS_EVENT_CRITICAL;
        write_and_deliver(output, end, 0, done);
    }
    return done;
}

void direct_sender::write_and_deliver(std::uint16_t output, const message& one,
                                      std::int64_t length_ns, sent& into) {
    const flow::output& to = dispatcher_.outputs().at(output);
    delivery what;
    what.from = origin::send;
    what.due_ns = one.due_ns;
    what.source.arrival_ns = one.arrival_ns;
    what.source.tag = tag_of(outcome_observers::operator_owner, one.packet->tag);
    what.source.flags = static_cast<std::uint8_t>(one.flags);
    what.source.input = no_input;
    if (writer_.write(one, to, what)) {
        into.no_form = text_of(writer_.failure(), to);
        return;
    }
    std::optional<written_note> written;
    if (one.osc != nullptr && what.source.protocol == TACTUS_PROTO_OSC) {
        written.emplace(*one.osc).mark(what);
    }
    enqueuer& queue = dispatcher_.enqueuer();
    if (length_ns > 0 && what.source.protocol == TACTUS_PROTO_MIDI) {
        into.deliveries += 2;
        into.why = queue.deliver_note(output, what, length_ns);
        return;
    }
    std::span<const std::byte> rest = what.source.bytes;
    while (!rest.empty()) { // a translation may be several MIDI messages
        const std::span<const std::uint8_t> all(reinterpret_cast<const std::uint8_t*>(rest.data()),
                                                rest.size());
        const std::span<const std::uint8_t> next =
            what.source.protocol == TACTUS_PROTO_MIDI ? codec::midi_front(all) : all;
        what.source.bytes = std::as_bytes(next);
        if (next.size() != all.size() || into.deliveries > 0) {
            what.note = {};
        }
        if (what.source.protocol == TACTUS_PROTO_MIDI &&
            sounding::effect_of(next) != sounding::effect::none) {
            what.note = next;
        }
        ++into.deliveries;
        const std::optional<dropped> why = queue.deliver(output, what);
        into.why = into.why ? into.why : why;
        rest = rest.subspan(next.size());
    }
}

} // namespace tactus::flow
