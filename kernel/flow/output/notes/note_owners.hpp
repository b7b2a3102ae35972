// SPDX-License-Identifier: MIT
// The owner of each note and pedal at one port: the input that began it, and the route if that made
// an event of its own. A place that somebody began while another still held it belongs to both, so
// that neither's mute ends it. Memory: 8 KiB, from the first beginning on. Threads: loop.
#pragma once

#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/output/notes/sounding.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tactus::flow {

struct note_owner {
    static constexpr std::uint16_t no_route = 0xFFFF;

    std::uint16_t input = no_input;
    std::uint16_t route = no_route; // id: that made it with `as`; none: the input's message itself

    friend bool operator==(const note_owner&, const note_owner&) = default;
};

class note_owners {
public:
    // A beginning was let in; `is_held`: something begun before may still sound. Allocates the
    // first time.
    void began(std::size_t place, const note_owner& by, bool is_held) {
        if (owners_.empty()) {
            owners_.resize(sounding::places);
        }
        owners_[place] = is_held && owners_[place] != by ? note_owner{} : by;
    }
    // Another route has that id now.
    void forget_route(std::uint16_t id) noexcept {
        for (note_owner& each : owners_) {
            each = each.route == id ? note_owner{} : each;
        }
    }
    // No input: several own it, or nothing began.
    [[nodiscard]] note_owner of(std::size_t place) const noexcept {
        return owners_.empty() ? note_owner{} : owners_[place];
    }

private:
    std::vector<note_owner> owners_; // by place
};

} // namespace tactus::flow
