// SPDX-License-Identifier: MIT
// Ends of notes and pedals that did not fit in a foreign_ring. They are kept by the note or pedal
// that they end, in bounded memory, until the loop has read the ring and makes up for them:
// otherwise the note would sound forever, because the device does not send its end again. An end is
// dropped if its source begins or ends the same thing anew meanwhile. Threads: producer and loop,
// as noted at each function.
#pragma once

#include "kernel/base/priority_mutex.hpp"
#include "kernel/flow/output/notes/sounding.hpp"

#include <tactus/event.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>

namespace tactus::host {

class lost_ends {
public:
    // Ports of an instance whose ends are kept; ends from further ports are only counted as lost.
    static constexpr std::size_t senders_max = 16;

    // The event did not fit. `was_missing`: the result of pass() for it. Threads: producer.
    void keep(const tactus_event& lost, bool was_missing) noexcept {
        if (!is_short_midi(lost)) {
            return;
        }
        const std::span message(lost.bytes, lost.size);
        const effect does = flow::sounding::effect_of(message);
        if (does == effect::none || (does == effect::begins && !was_missing)) {
            return;
        }
        const std::lock_guard lock(mutex_);
        sender* const of = find_or_make(lost);
        if (of == nullptr) {
            return;
        }
        if (does != effect::ends_channel) {
            of->ends.add(at(flow::sounding::place_of(message)));
        } else {
            of->channels |= static_cast<std::uint16_t>(1U << (message[0] & 0x0FU));
        }
        has_any_.store(true, std::memory_order_release);
    }
    // The event is about to go into the ring. Returns true if an end of the same note or pedal was
    // missing; it no longer is. Threads: producer.
    [[nodiscard]] bool pass(const tactus_event& next) noexcept {
        if (!has_any_.load(std::memory_order_relaxed) || !is_short_midi(next)) {
            return false;
        }
        const std::span message(next.bytes, next.size);
        const effect does = flow::sounding::effect_of(message);
        if (does != effect::begins && does != effect::ends) {
            return false;
        }
        const std::size_t place = flow::sounding::place_of(message);
        const std::lock_guard lock(mutex_);
        sender* const of = find(next);
        const bool was_missing = of != nullptr && of->ends.has(place);
        if (was_missing) {
            of->ends.remove(at(place));
        }
        return was_missing;
    }

    // Calls emit(event) with each missing end and forgets them. Returns true if there was one.
    // Threads: loop, after everything in the ring.
    template <class Emit>
    bool make_up(Emit emit) noexcept {
        if (!has_any_.exchange(false, std::memory_order_acquire)) {
            return false;
        }
        std::array<sender, senders_max> taken;
        std::size_t count = 0;
        {
            const std::lock_guard lock(mutex_);
            taken = senders_;
            count = std::exchange(count_, 0);
        }
        for (std::size_t i = 0; i < count; ++i) {
            taken[i].ends.for_each(
                [&](std::size_t place) { send(emit, taken[i], flow::sounding::end_of(place)); });
            for (std::uint8_t channel = 0; channel < flow::sounding::channels; ++channel) {
                if ((unsigned{taken[i].channels} >> channel & 1U) != 0) {
                    send(emit, taken[i], {static_cast<std::uint8_t>(0xB0 | channel), 123, 0});
                }
            }
        }
        return true;
    }

private:
    using effect = flow::sounding::effect;

    struct sender {
        std::uint32_t source = 0;
        std::uint32_t port = 0;
        std::uint32_t group = 0;
        std::uint16_t channels = 0; // whose notes were all ended
        flow::sounding ends;        // whose end is missing
    };

    static bool is_short_midi(const tactus_event& event) noexcept {
        return event.protocol == TACTUS_PROTO_MIDI && event.size == 3 &&
               codec::midi_check(std::span(event.bytes, event.size)) == codec::midi_error::none;
    }
    static std::bitset<flow::sounding::places> at(std::size_t place) noexcept {
        std::bitset<flow::sounding::places> one;
        one.set(place);
        return one;
    }
    sender* find(const tactus_event& from) noexcept {
        const auto end = senders_.begin() + static_cast<std::ptrdiff_t>(count_);
        const auto found = std::find_if(senders_.begin(), end, [&](const sender& each) {
            return each.source == from.source && each.port == from.port && each.group == from.group;
        });
        return found == end ? nullptr : &*found;
    }
    sender* find_or_make(const tactus_event& from) noexcept {
        sender* const known = find(from);
        if (known != nullptr || count_ == senders_max) {
            return known;
        }
        senders_[count_] = {from.source, from.port, from.group, 0, {}};
        return &senders_[count_++];
    }
    template <class Emit>
    static void send(Emit& emit, const sender& of, const flow::sounding::message_bytes& end) {
        tactus_event event{};
        event.bytes = end.data();
        event.size = static_cast<std::uint32_t>(end.size());
        event.protocol = TACTUS_PROTO_MIDI;
        event.source = of.source;
        event.port = of.port;
        event.group = of.group;
        emit(event);
    }

    base::priority_mutex mutex_; // guards the two below
    std::array<sender, senders_max> senders_{};
    std::size_t count_ = 0;
    // false -> true by the producer, true -> false by the loop. Release and acquire, except for the
    // cheap check in pass(), whose value the producer itself has set.
    std::atomic<bool> has_any_{false};
};

} // namespace tactus::host
