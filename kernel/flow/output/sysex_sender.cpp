// SPDX-License-Identifier: MIT
#include "kernel/flow/output/sysex_sender.hpp"

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

std::optional<dropped> sysex_sender::begin(sysex_streams::stream& of, std::uint16_t output,
                                           const delivery& first) noexcept {
    const std::uint64_t sequence = queue_.next_sequence();
    std::int64_t& due_ns = streams_.due_ns(output);
    delivery part = as_part(first, due_ns);
    if (part.source.port == port_table::none) { // all parts go to one port
        part.source.port = outputs_[output].ports.first();
    }
    if (const std::optional<dropped> why = enqueuer_.deliver(output, part)) {
        sysex_streams::stay_out(of, output, *why);
        return why;
    }
    due_ns = part.due_ns;
    streams_.join(of, {output, part.source.port}, sequence);
    return std::nullopt;
}

void sysex_sender::deliver(const sysex_streams::participant& to, const delivery& part) noexcept {
    if (to.why) {
        enqueuer_.refuse(to.output, *to.why, part);
        return;
    }
    std::int64_t& due_ns = streams_.due_ns(to.output);
    const delivery next = as_part(part, due_ns);
    if (const std::optional<dropped> why = enqueuer_.deliver(to.output, next)) {
        leave(outputs_[to.output], *why);
    } else {
        due_ns = next.due_ns;
    }
}

void sysex_sender::cut(sysex_streams::stream& ended, dropped why) noexcept {
    for (const sysex_streams::participant& each : ended.outputs) {
        if (!each.why) {
            leave(outputs_[each.output], why);
        }
    }
}

// Does nothing if the output takes part in no stream, or in one that began after the delivery of
// that sequence. No end is sent to a missing port: the device is gone, or whatever sends to it must
// end what was cut off.
void sysex_sender::leave(output& to, dropped why, origin from, std::uint64_t sequence) noexcept {
    const sysex_streams::participant* const left = streams_.leave(to.index, sequence, why);
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
    enqueuer_.deliver_own(to.index, last, end);
}

} // namespace tactus::flow
