// SPDX-License-Identifier: MIT
// How many ends the note-ons and pedals that were let in at one port still need. An owed end passes
// when other messages are refused or dropped; there are never more of those than beginnings that
// were let in. Memory: 4 KiB, from the first beginning on. Threads: loop.
#pragma once

#include "kernel/flow/output/notes/sounding.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tactus::flow {

class owed_ends {
public:
    // A beginning was let in. Allocates the first time.
    void began(std::size_t place) {
        if (counts_.empty()) {
            counts_.resize(sounding::places);
        }
        if (counts_[place] < std::numeric_limits<std::uint16_t>::max()) {
            ++counts_[place];
            ++total_;
        }
    }
    // One beginning needs no end of its own: it was lost, or the same note was already sounding.
    void forgive(std::size_t place) noexcept {
        if (total_ > 0 && counts_[place] > 0) {
            --counts_[place];
            --total_;
        }
    }
    // An end was let in. Bounds: a message that ends, or ends a channel.
    void ended(std::span<const std::uint8_t> message) noexcept {
        if (total_ == 0) {
            return;
        }
        if (sounding::effect_of(message) == sounding::effect::ends) {
            forgive(sounding::place_of(message));
            return;
        }
        const std::span<std::uint16_t> channel = notes_of(message[0] & 0x0FU);
        for (std::uint16_t& each : channel) {
            total_ -= each;
            each = 0;
        }
    }
    // Everything that waited was cancelled, and what sounds is about to be ended.
    void clear() noexcept {
        std::fill(counts_.begin(), counts_.end(), std::uint16_t{0});
        total_ = 0;
    }

    // Whether this end is owed. Bounds: a message that ends, or ends a channel.
    [[nodiscard]] bool owes(std::span<const std::uint8_t> message) const noexcept {
        if (total_ == 0) {
            return false;
        }
        if (sounding::effect_of(message) == sounding::effect::ends) {
            return counts_[sounding::place_of(message)] > 0;
        }
        const auto first = counts_.begin() + (message[0] & 0x0F) * 128;
        return std::any_of(first, first + 128, [](std::uint16_t each) { return each > 0; });
    }
    [[nodiscard]] std::uint32_t total() const noexcept { return total_; }
    [[nodiscard]] bool has(std::size_t place) const noexcept {
        return total_ > 0 && counts_[place] > 0;
    }

private:
    [[nodiscard]] std::span<std::uint16_t> notes_of(std::size_t channel) noexcept {
        return std::span(counts_).subspan(channel * 128, 128);
    }

    std::vector<std::uint16_t> counts_; // by place; empty until something began
    std::uint32_t total_ = 0;
};

} // namespace tactus::flow
