// SPDX-License-Identifier: MIT
// Ingress: routes that are muted, as an event went round by way of them. What they would have sent
// is counted as dropped{circle} at their outputs; outputs that another route leads to get it by
// that one. What ends a note passes, but where it goes round itself.
#include "kernel/flow/ingress.hpp"

#include "kernel/codec/midi.hpp"

namespace tactus::flow {
namespace {

// A note, a pedal, or all that sounds in a channel.
bool is_end(std::span<const std::uint8_t> midi) noexcept {
    constexpr std::uint8_t controller = 0xB0;
    if (midi.size() < 3 || (midi[0] & 0xF0) != controller) {
        return codec::midi_view{midi}.is_note_off();
    }
    const bool is_pedal = midi[1] == 64 || midi[1] == 66 || midi[1] == 69;
    return midi[1] == 120 || midi[1] == 123 || (is_pedal && midi[2] == 0);
}

} // namespace

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

// Of the routes that are no rules; open_ has what came before them.
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
    return (what.flags & TACTUS_EVENT_CRITICAL) != 0 ||
           (what.protocol == TACTUS_PROTO_MIDI && is_end(bytes));
}

void ingress::refuse_muted(std::uint16_t output, const event_source& what) noexcept {
    dispatcher_.refuse(output, dropped::circle, what);
}

} // namespace tactus::flow
