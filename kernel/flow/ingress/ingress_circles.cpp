// SPDX-License-Identifier: MIT
// Ingress: routes that are muted because an event circulated through them. What they would have
// sent is counted as dropped{circle} at their outputs; an output that another route leads to gets
// the event by that one. The end of a note passes, unless it circulates itself.
#include "kernel/flow/ingress/ingress.hpp"

#include "kernel/flow/output/sounding.hpp"

namespace tactus::flow {

bool ingress::goes_round(const message& one) noexcept {
    if (one.due_ns - one.arrival_ns > circle_guard::waits_ns) {
        return false;
    }
    return guard_.saw({one.input, one.packet->source, one.bytes, one.arrival_ns});
}

bool ingress::is_muted(std::uint16_t route, const message& one) noexcept {
    if (one.goes_round && guard_.mute(route, one.arrival_ns) && observer_ != nullptr) {
        observer_->circling(one.input, route, one.osc != nullptr ? one.osc->address : "MIDI",
                            one.bytes);
    }
    return guard_.is_muted(route, one.arrival_ns);
}

// For routes that are not rules; open_ already has what came before them.
void ingress::find_open_ways(const message& one, std::string_view address) noexcept {
    is_round_ = one.goes_round;
    router_.for_each_plain(one.input, address,
                           [&](std::uint16_t route, const std::vector<std::uint16_t>& outputs) {
                               if (!is_muted(route, one)) {
                                   open_.add(outputs);
                               }
                           });
}

bool ingress::may_pass(const event_source& what) const noexcept {
    if (is_round_) {
        return false;
    }
    const std::span<const std::uint8_t> bytes(
        reinterpret_cast<const std::uint8_t*>(what.bytes.data()), what.bytes.size());
    const bool is_critical = (what.flags & TACTUS_EVENT_CRITICAL) != 0;
    if (is_critical || what.protocol != TACTUS_PROTO_MIDI) {
        return is_critical;
    }
    const sounding::effect does = sounding::effect_of(bytes);
    return does == sounding::effect::ends || does == sounding::effect::ends_channel;
}

void ingress::refuse_muted(std::uint16_t output, const event_source& what) noexcept {
    dispatcher_.enqueuer().refuse(output, dropped::circle, what);
}

} // namespace tactus::flow
