// SPDX-License-Identifier: MIT
#include "kernel/flow/route/rate_gate.hpp"

#include "kernel/codec/osc_message.hpp"

#include <tactus/event.h>

#include <algorithm>
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

// An event that comes after newer ones have left, and is due this much earlier, is from another
// time: its sender's clock was set back.
constexpr std::int64_t anew_ns = 1'000'000'000;

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

std::uint64_t gate_key_of_ended(std::span<const std::uint8_t> note_off) noexcept {
    const std::array<std::uint8_t, 2> note_on{
        static_cast<std::uint8_t>(0x90 | (note_off[0] & 0x0F)), note_off[1]};
    return gate_key(TACTUS_PROTO_MIDI, note_on);
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

void rate_gate::departed(std::uint64_t key, std::uint32_t ticket) noexcept {
    slot& place = place_of(key);
    if (place.newest.ticket == ticket) {
        place.newest.ticket = 0;
    }
}

void rate_gate::note_ended(std::uint64_t key, std::int64_t due_ns) noexcept {
    departure& newest = place_of(key).newest;
    if (newest.content != 0 && newest.due_ns <= due_ns) {
        newest.content = nothing;
    }
}

rate_gate::departure rate_gate::made_of(const question& about, std::int64_t leaves_ns) noexcept {
    return {about.content, about.delivery_epoch, about.ends_ns, about.due_ns, leaves_ns, 0};
}

bool rate_gate::is_unchanged(const departure& before, const question& now) const noexcept {
    return settings_.dedupe && before.content == now.content &&
           before.delivery_epoch == now.delivery_epoch && now.due_ns < before.ends_ns;
}

rate_gate::answer rate_gate::ask(const question& about) noexcept {
    slot* const found = find(about.key);
    const std::int64_t leaves_ns = std::max(about.due_ns, about.came_ns);
    if (found == nullptr) {
        return {};
    }
    departure& newest = found->newest;
    if (newest.content == 0) {
        newest = made_of(about, leaves_ns);
        return {};
    }
    if (about.due_ns < newest.due_ns && leaves_ns < newest.leaves_ns) {
        return ask_between(*found, about, leaves_ns);
    }
    if (about.due_ns < newest.due_ns) { // a newer one has left
        const std::int64_t far_ns = std::max(2 * settings_.throttle_ns, anew_ns);
        if (settings_.throttle_ns > 0 && about.due_ns >= newest.due_ns - far_ns) {
            return {verdict::throttled};
        }
    }
    return ask_next(*found, about, leaves_ns);
}

// It leaves after all others.
rate_gate::answer rate_gate::ask_next(slot& of, const question& about,
                                      std::int64_t leaves_ns) noexcept {
    departure& newest = of.newest;
    const std::int64_t window_ns = settings_.throttle_ns;
    const bool waits = newest.ticket != 0 && leaves_ns < newest.leaves_ns; // else it may have left
    if (!waits && is_unchanged(newest, about)) {
        return {verdict::unchanged};
    }
    if (window_ns == 0 || (!waits && leaves_ns >= newest.leaves_ns + window_ns)) {
        of.before = newest;
        newest = made_of(about, leaves_ns);
        return {};
    }
    if (!about.may_wait) {
        return {verdict::throttled};
    }
    const std::uint32_t replaces = waits ? newest.ticket : 0;
    if (!waits) {
        of.before = newest;
    }
    newest = made_of(about, newest.leaves_ns + (waits ? 0 : window_ns));
    return {verdict::later, newest.leaves_ns, replaces};
}

// One that is due later is on its way already, or waits, and will be the last. `before` never
// waits: what waits is the newest, and nothing leaves after it but what replaces it.
rate_gate::answer rate_gate::ask_between(slot& of, const question& about,
                                         std::int64_t leaves_ns) noexcept {
    const std::int64_t window_ns = settings_.throttle_ns;
    if (window_ns == 0) {
        return {}; // once too often, perhaps
    }
    const bool is_close = leaves_ns > of.newest.leaves_ns - window_ns ||
                          (of.before.content != 0 && leaves_ns < of.before.leaves_ns + window_ns);
    if (is_close) {
        return {verdict::throttled};
    }
    of.before = made_of(about, leaves_ns);
    return {};
}

} // namespace tactus::flow
