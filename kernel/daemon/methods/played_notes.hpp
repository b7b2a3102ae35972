// SPDX-License-Identifier: MIT
// The notes and pedals that a client of "play" has begun at one input, and when the events that it
// has scheduled end them. With these, the sounding ones can be ended when the client goes. Threads:
// loop.
#pragma once

#include "kernel/flow/output/notes/sounding.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tactus::daemon {

class played_notes {
public:
    // An accepted MIDI message. The first that begins a note allocates 17 KiB. Bounds: one that
    // codec::midi_check accepts.
    void follow(std::span<const std::uint8_t> message, std::int64_t due_ns) {
        const flow::sounding::effect does = flow::sounding::effect_of(message);
        if (does == flow::sounding::effect::none ||
            (does != flow::sounding::effect::begins && ends_ns_.empty())) {
            return;
        }
        ends_ns_.resize(flow::sounding::places, never_begun);
        if (does == flow::sounding::effect::ends_channel) {
            const std::size_t first = (message[0] & 0x0FU) * 128;
            for (std::size_t i = first; i < first + 128; ++i) {
                end(i, due_ns);
            }
        } else if (does == flow::sounding::effect::ends) {
            end(flow::sounding::place_of(message), due_ns);
        } else {
            ends_ns_[flow::sounding::place_of(message)] = without_end;
        }
    }
    // Calls use(the message that ends it) for each that may sound now, or begin later.
    template <class Use>
    void for_each_on(std::int64_t now_ns, Use&& use) const {
        for (std::size_t i = 0; i < ends_ns_.size(); ++i) {
            if (ends_ns_[i] > now_ns) {
                use(flow::sounding::end_of(i));
            }
        }
    }

private:
    static constexpr std::int64_t never_begun = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int64_t without_end = std::numeric_limits<std::int64_t>::max();

    void end(std::size_t place, std::int64_t due_ns) noexcept {
        if (ends_ns_[place] == without_end) {
            ends_ns_[place] = due_ns;
        }
    }

    std::vector<std::int64_t> ends_ns_; // by place; empty until the first begins
};

} // namespace tactus::daemon
