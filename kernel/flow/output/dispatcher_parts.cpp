// SPDX-License-Identifier: MIT
// The dispatcher: SysEx delivered in parts. The parts stay in order, because none is due before the
// previous one; none can be cancelled by a tag, replaced, or dropped as late. If one is lost, for
// any reason, the output gets no more of that SysEx except its end.
#include "kernel/flow/output/dispatcher.hpp"

#include "kernel/base/assert.hpp"

#include <algorithm>
#include <array>

namespace tactus::flow {
namespace {

delivery as_part(const delivery& given, std::int64_t due_ns) noexcept {
    delivery part = given;
    part.due_ns = std::max(given.due_ns, due_ns);
    part.source.flags &= static_cast<std::uint8_t>(~TACTUS_EVENT_CRITICAL); // unlike the end
    part.source.flags |= event_cell::is_part;
    part.source.tag = 0;
    part.source.group = 0;
    part.source.ticket = 0;
    return part;
}

} // namespace

void dispatcher::begin_parts(flow::sysex_streams::stream& of, std::uint16_t output,
                             const delivery& first) noexcept {
    const std::uint64_t sequence = queue_.next_sequence();
    std::int64_t& due_ns = streams_.due_ns(output);
    delivery part = as_part(first, due_ns);
    if (part.source.port == port_set::none) { // all parts go to one port
        part.source.port = outputs_[output]->ports.first();
    }
    if (const std::optional<dropped> why = push(output, part)) {
        flow::sysex_streams::stay_out(of, output, *why);
        return;
    }
    due_ns = part.due_ns;
    streams_.join(of, {output, part.source.port}, sequence);
}

void dispatcher::deliver_part(const flow::sysex_streams::participant& to,
                              const delivery& part) noexcept {
    if (to.why) {
        refuse(to.output, *to.why, part.source);
        return;
    }
    std::int64_t& due_ns = streams_.due_ns(to.output);
    const delivery next = as_part(part, due_ns);
    if (const std::optional<dropped> why = push(to.output, next)) {
        leave_parts(*outputs_[to.output], *why);
    } else {
        due_ns = next.due_ns;
    }
}

void dispatcher::cut_parts(flow::sysex_streams::stream& ended, dropped why) noexcept {
    for (const flow::sysex_streams::participant& each : ended.outputs) {
        if (!each.why) {
            leave_parts(*outputs_[each.output], why);
        }
    }
}

// A queued part was not sent.
void dispatcher::lost_part(output& to, std::uint64_t sequence, dropped why) noexcept {
    leave_parts(to, why, origin::silence, sequence);
}

// Does nothing if the output takes part in no stream, or in one that began after the delivery of
// that sequence. No end is sent to a missing port: the device is gone, or whatever sends to it must
// end what was cut off.
void dispatcher::leave_parts(output& to, dropped why, origin from,
                             std::uint64_t sequence) noexcept {
    const flow::sysex_streams::participant* const left = streams_.leave(to.index, sequence, why);
    if (left == nullptr || to.connected.sink == nullptr || !to.ports.is_any_up()) {
        return;
    }
    constexpr std::array<std::uint8_t, 1> end = {0xF7};
    delivery last;
    last.from = from;
    last.due_ns = std::max(clock_.now_ns(), streams_.due_ns(to.index));
    last.source.port = left->port;
    last.source.protocol = TACTUS_PROTO_MIDI;
    last.source.flags = event_cell::is_part;
    static_cast<void>(send_made(to, last, end));
}

} // namespace tactus::flow
