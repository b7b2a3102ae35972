// SPDX-License-Identifier: MIT
// Which senders hold each note and pedal that sounds at one port: those whose beginnings were sent
// since it was ended last. One end ends it for all of them, as it does at the receiver. If a sender
// goes, what it alone held must be ended, and what another holds goes on. A sender is named by the
// cancel group of its events (tag_of). Memory: 8 KiB, from the first beginning on. Threads: loop.
#pragma once

#include "kernel/flow/output/notes/sounding.hpp"

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tactus::flow {

// Senders by their tags: one, or all of an input.
struct sender_range {
    // NOLINTNEXTLINE(google-explicit-constructor): one is a range, too
    sender_range(std::uint32_t one) noexcept : first(one), last(one) {}
    sender_range(std::uint32_t from, std::uint32_t to) noexcept : first(from), last(to) {}

    [[nodiscard]] bool has(std::uint32_t sender) const noexcept {
        return first <= sender && sender <= last;
    }

    std::uint32_t first;
    std::uint32_t last;
};

class note_holders {
public:
    using places_set = std::bitset<sounding::places>;

    // Holders beyond the first of each note; a further one is not known, and the note is ended when
    // the known ones have gone.
    static constexpr std::size_t more_max = 4096;
    // In place of a sender that has gone while its note was on its way: it holds nothing.
    static constexpr std::uint32_t nobody = 2U << 24; // no tag has the number 0

    // Allocates the first time. `sender`: 0 if it is not known; it then never goes.
    void began(std::size_t place, std::uint32_t sender) {
        if (sender == nobody) {
            return;
        }
        if (first_.empty()) {
            first_.resize(sounding::places);
        }
        const std::uint32_t name = name_of(sender);
        if (first_[place] == 0) {
            first_[place] = name;
        } else if (first_[place] != name) {
            add(place, name);
        }
    }
    void ended(std::size_t place) noexcept {
        if (first_.empty() || first_[place] == 0) {
            return;
        }
        first_[place] = 0;
        if (!more_.empty()) {
            std::erase_if(more_, [place](const holder& each) { return each.place == place; });
        }
    }

    [[nodiscard]] bool is_held_by_others(std::size_t place, std::uint32_t sender) const noexcept {
        return !first_.empty() && first_[place] != 0 &&
               (first_[place] != name_of(sender) ||
                std::any_of(more_.begin(), more_.end(),
                            [place](const holder& each) { return each.place == place; }));
    }
    // Adds the places that these senders hold to `its`, and those that others hold to `others`.
    void find(const sender_range& who, places_set& its, places_set& others) const noexcept {
        for (std::size_t place = 0; place < first_.size(); ++place) {
            if (first_[place] != 0) {
                (who.has(first_[place]) ? its : others).set(place);
            }
        }
        for (const holder& each : more_) {
            (who.has(each.sender) ? its : others).set(each.place);
        }
    }
    // They have gone.
    void forget(const sender_range& who) noexcept {
        std::erase_if(more_, [&who](const holder& each) { return who.has(each.sender); });
        for (std::size_t place = 0; place < first_.size(); ++place) {
            if (who.has(first_[place])) {
                first_[place] = take_next(place);
            }
        }
    }

private:
    static constexpr std::size_t more_room = 64;       // reserved with the first: growing allocates
    static constexpr std::uint32_t unnamed = 1U << 24; // above every tag

    [[nodiscard]] static std::uint32_t name_of(std::uint32_t sender) noexcept {
        return sender == 0 ? unnamed : sender;
    }

    struct holder {
        std::size_t place;
        std::uint32_t sender;
    };

    void add(std::size_t place, std::uint32_t sender) {
        const bool is_known = std::any_of(more_.begin(), more_.end(), [&](const holder& each) {
            return each.place == place && each.sender == sender;
        });
        if (more_.capacity() == 0) {
            more_.reserve(more_room);
        }
        if (!is_known && more_.size() < more_max) {
            more_.push_back({place, sender});
        }
    }
    // Returns 0 if nobody else holds it.
    [[nodiscard]] std::uint32_t take_next(std::size_t place) noexcept {
        const auto next = std::find_if(more_.begin(), more_.end(),
                                       [place](const holder& each) { return each.place == place; });
        if (next == more_.end()) {
            return 0;
        }
        const std::uint32_t sender = next->sender;
        more_.erase(next);
        return sender;
    }

    std::vector<std::uint32_t> first_; // by place, 0: nobody; empty until something began
    std::vector<holder> more_;
};

} // namespace tactus::flow
