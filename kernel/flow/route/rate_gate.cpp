// SPDX-License-Identifier: MIT
#include "kernel/flow/route/rate_gate.hpp"

#include "kernel/codec/osc_message.hpp"

#include <tactus/event.h>

#include <array>

namespace tactus::flow {
namespace {

// FNV-1a, 64 bits: a collision of two consecutive contents is as likely as a memory error.
std::uint64_t hash_of(std::span<const std::uint8_t> bytes) noexcept {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const std::uint8_t byte : bytes) {
        hash = (hash ^ byte) * 1099511628211ULL;
    }
    return hash <= 1 ? 2 : hash; // neither a free place nor `nothing`
}

std::uint64_t mixed(std::uint64_t key) noexcept {
    return key ^ key >> 32U;
}

} // namespace

// For MIDI: kind and channel, and the controller or the key of its pressure.
std::uint64_t gate_key(std::uint8_t protocol, std::span<const std::uint8_t> message) noexcept {
    if (protocol == TACTUS_PROTO_OSC) {
        const std::string_view address = codec::split_message(message).address;
        return hash_of({reinterpret_cast<const std::uint8_t*>(address.data()), address.size()});
    }
    const int kind = message[0] & 0xF0;
    const bool has_number = kind <= 0xB0 && message.size() > 1;
    return hash_of(message.first(has_number ? 2 : 1));
}

std::uint64_t gate_content(std::span<const std::uint8_t> message) noexcept {
    return hash_of(message);
}

rate_gate::slot& rate_gate::place_of(std::uint64_t key) noexcept {
    std::size_t at = mixed(key) % slots_.size();
    while (slots_[at].key != 0 && slots_[at].key != key) {
        at = (at + 1) % slots_.size();
    }
    return slots_[at];
}

rate_gate::slot* rate_gate::find(std::uint64_t key) noexcept {
    slot& place = place_of(key);
    if (place.key == 0) {
        if (used_ == slots_max) {
            return nullptr;
        }
        ++used_;
        place.key = key;
    }
    return &place;
}

void rate_gate::note_ended(std::span<const std::uint8_t> note_off) noexcept {
    const std::array<std::uint8_t, 2> note_on{
        static_cast<std::uint8_t>(0x90 | (note_off[0] & 0x0F)), note_off[1]};
    slot& place = place_of(gate_key(TACTUS_PROTO_MIDI, note_on));
    if (place.key != 0) {
        place.content = nothing;
    }
}

void rate_gate::let_through(slot& into, const question& what) noexcept {
    into.content = what.content;
    into.delivery_epoch = what.delivery_epoch;
    into.ends_ns = what.ends_ns;
}

bool rate_gate::is_unchanged(const slot& before, const question& now) const noexcept {
    return settings_.dedupe && before.content == now.content &&
           before.delivery_epoch == now.delivery_epoch && now.due_ns < before.ends_ns;
}

rate_gate::answer rate_gate::ask(const question& about) noexcept {
    slot* const found = find(about.key);
    if (found == nullptr) {
        return {};
    }
    if (is_unchanged(*found, about)) {
        return {verdict::unchanged};
    }
    const bool is_first = found->content == 0;
    const std::int64_t window_ns = settings_.throttle_ns;
    // An event due long before the newest one is from another time: the sender started over.
    const bool is_past = about.due_ns < found->last_ns - 2 * window_ns;
    const bool waits = found->ticket != 0 && about.due_ns < found->last_ns; // else it may have left
    if (is_first || is_past || (!waits && about.due_ns >= found->last_ns + window_ns)) {
        let_through(*found, about);
        found->last_ns = about.due_ns;
        found->ticket = 0;
        return {};
    }
    if (!about.may_wait) {
        return {verdict::throttled};
    }
    const std::uint32_t replaces = waits ? found->ticket : 0;
    let_through(*found, about);
    found->last_ns += waits ? 0 : window_ns;
    return {verdict::later, found->last_ns, replaces,
            static_cast<std::size_t>(found - slots_.data())};
}

} // namespace tactus::flow
