// SPDX-License-Identifier: MIT
#include "kernel/flow/ingress/note_pairs.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/codec/osc_to_midi.hpp"

#include <algorithm>

namespace tactus::flow {
namespace {

constexpr std::size_t translated_max = 12; // bytes; nothing longer is a note
constexpr std::array<std::uint8_t, 3> pedal_controllers = {64, 66, 69};

} // namespace

std::int64_t note_pairs::place(const codec::osc_message& message, std::int64_t due_ns) noexcept {
    std::array<std::uint8_t, translated_max> space;
    const codec::translation made = codec::translate(message, space);
    const step next = made.error == codec::translate_error::none
                          ? step_of(std::span(space).first(made.size))
                          : step{};
    if (next.key == keys) {
        return due_ns;
    }
    key_state& state = states_[next.key];
    return next.key < channels * notes ? place_note(state, next.begins, due_ns)
                                       : place_pedal(state, next.begins, due_ns);
}

std::int64_t note_pairs::place_note(key_state& state, bool begins, std::int64_t due_ns) noexcept {
    if (begins) {
        state.begins_ns = state.open == 0 ? due_ns : std::max(state.begins_ns, due_ns);
        state.open = std::min(state.open + 1, 2U);
        return due_ns;
    }
    if (due_ns >= state.begins_ns) {
        state.open = 0; // it ends all there were
        return due_ns;
    }
    const bool is_the_last = state.open == 1;
    state.open -= state.open > 0 ? 1 : 0;
    return is_the_last ? state.begins_ns : due_ns;
}

// A pedal that is pressed further still has only one end, so its ends cannot be counted.
std::int64_t note_pairs::place_pedal(key_state& state, bool begins, std::int64_t due_ns) noexcept {
    if (!begins) {
        return std::max(due_ns, state.begins_ns);
    }
    state.begins_ns = std::max(state.begins_ns, due_ns);
    return due_ns;
}

note_pairs::step note_pairs::step_of(std::span<const std::uint8_t> midi) noexcept {
    if (midi.size() != 3) {
        return {};
    }
    const codec::midi_view view{midi};
    const std::size_t channel = midi[0] & 0x0FU;
    if (view.is_note_on() || view.is_note_off()) {
        return {channel * notes + view.note(), view.is_note_on()};
    }
    const auto* const pedal =
        std::find(pedal_controllers.begin(), pedal_controllers.end(), midi[1]);
    if ((midi[0] & 0xF0) != 0xB0 || pedal == pedal_controllers.end()) {
        return {};
    }
    const auto which = static_cast<std::size_t>(pedal - pedal_controllers.begin());
    return {channels * notes + channel * pedals + which, midi[2] > 0};
}

} // namespace tactus::flow
