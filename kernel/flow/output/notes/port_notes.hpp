// SPDX-License-Identifier: MIT
// The sounding notes of one output, port by port: a note-off must go where its note-on went, and in
// the same form. A note that left as OSC has the name of its input in its address, and each name
// has its own notes. A port is known from its first note on; unplugging it does not end its notes,
// because the device behind it may come back. Threads: loop.
#pragma once

#include "kernel/flow/output/notes/note_holders.hpp"
#include "kernel/flow/output/notes/note_owners.hpp"
#include "kernel/flow/output/notes/owed_ends.hpp"
#include "kernel/flow/output/notes/recent_ends.hpp"
#include "kernel/flow/output/notes/sounding.hpp"
#include "kernel/flow/output/notes/sounding_record.hpp"

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::flow {

class port_notes {
public:
    // Ad-hoc peers come and go, each with its own port. Beyond entries_kept, a silent entry is
    // reused; entries_max is the most that are kept at all.
    static constexpr std::size_t entries_kept = 64;
    static constexpr std::size_t entries_max = 1024;

    // Identifies an entry until it is reused for another port.
    struct handle {
        std::uint32_t index = 0;
        std::uint32_t serial = 0; // 0: none
    };

    struct entry {
        std::uint32_t port = 0;
        std::uint32_t serial = 0;
        std::string written_for{};   // the name in /midi/NAME/note_on; empty: left as MIDI
        bool was_up = true;          // it accepted events
        std::uint32_t under_way = 0; // messages for it that have left and not arrived
        sounding notes{};
        std::bitset<sounding::places> ending{}; // places where an end made by the kernel waits
        owed_ends owed{};
        note_owners owners{};
        note_holders holders{};
        // By place, when it began last; empty if notes may sound for ever.
        std::vector<std::int64_t> since_ns{};
        recent_ends recent{};
        std::bitset<sounding::places> in_doubt{}; // ended, but the port went down and may lack it
        // By place, when an end of what sounds was let in beyond all limits; empty: never.
        std::vector<std::int64_t> passed_ns{};
        std::int64_t latest_ns = 0; // when the last that left as OSC is due
        sounding_record record{};
        bool is_left_over = false; // notes are those of a daemon that did not end properly
        // When the last beginning that a worker got is due: it may be sent ahead of that.
        std::int64_t begun_ns = 0;

        [[nodiscard]] bool is_idle() const noexcept {
            return notes.to_end() == 0 && under_way == 0;
        }
        // A note or pedal of that sender is on.
        void began(std::size_t place, std::uint32_t sender) noexcept {
            ending.reset(place);
            in_doubt.reset(place);
            recent.began(place);
            record.begin(place);
            if (notes.has(place)) {
                owed.forgive(place); // one end serves both
            }
            notes.begin(place);
            holders.began(place, sender);
        }
        void ended(std::size_t place, std::int64_t now_ns) noexcept {
            ending.reset(place);
            in_doubt.reset(place);
            if (notes.has(place)) {
                recent.ended(place, now_ns);
            }
            notes.end(place);
            record.end(place);
            holders.ended(place);
        }
        // All notes of the channel; its pedals stay.
        void ended_notes_of(std::uint8_t channel, std::int64_t now_ns) noexcept {
            for (std::size_t place = channel * 128U; place < (channel + 1U) * 128U; ++place) {
                in_doubt.reset(place);
                if (notes.has(place)) {
                    recent.ended(place, now_ns);
                    holders.ended(place);
                }
            }
            notes.end_notes_of(channel);
            record.end_notes_of(channel);
        }
        // The last ends that it took may not have arrived, and must be sent again.
        void went_down(std::int64_t now_ns) noexcept {
            in_doubt |= recent.in_doubt(now_ns, written_for.empty() ? recent_ends::midi_learned_ns
                                                                    : recent_ends::osc_learned_ns);
            record.add(in_doubt);
        }
        // Stops following what sounds there. Bounds: nothing is under way.
        void forget() noexcept {
            notes = {};
            in_doubt.reset();
            holders = {};
            recent = {};
            record = {};
            is_left_over = false;
        }
        // Everything that waited was cancelled: no end is on its way any more.
        void all_cancelled() noexcept {
            ending.reset();
            owed.clear();
        }
    };

    // Allocates for the first note of a port, or of a name there.
    [[nodiscard]] entry& of(std::uint32_t port, std::string_view written_for = {}) {
        if (entry* const found = find(port, written_for)) {
            return *found;
        }
        entry& fresh = make_room();
        fresh.record.release();
        fresh =
            entry{.port = port, .serial = ++last_serial_, .written_for = std::string(written_for)};
        return fresh;
    }
    // Returns nullptr if no note was ever let in there.
    [[nodiscard]] entry* find(std::uint32_t port, std::string_view written_for) noexcept {
        for (entry& each : entries_) {
            if (each.port == port && each.written_for == written_for) {
                return &each;
            }
        }
        return nullptr;
    }
    [[nodiscard]] handle handle_of(const entry& one) const noexcept {
        return {static_cast<std::uint32_t>(&one - entries_.data()), one.serial};
    }
    // Returns nullptr if the entry is now used for another port.
    [[nodiscard]] entry* find(const handle& one) noexcept {
        return one.index < entries_.size() && entries_[one.index].serial == one.serial
                   ? &entries_[one.index]
                   : nullptr;
    }

    [[nodiscard]] std::size_t count() const noexcept {
        std::size_t sum = 0;
        for (const entry& each : entries_) {
            sum += each.notes.count();
        }
        return sum;
    }
    [[nodiscard]] std::uint64_t owed() const noexcept {
        std::uint64_t sum = 0;
        for (const entry& each : entries_) {
            sum += each.owed.total();
        }
        return sum;
    }

    [[nodiscard]] std::vector<entry>& all() noexcept { return entries_; }
    [[nodiscard]] const std::vector<entry>& all() const noexcept { return entries_; }

private:
    // At the limit, a port that is gone loses its notes first, if there is one.
    [[nodiscard]] entry& make_room() {
        const auto find_one = [this](auto wanted) {
            return std::find_if(entries_.begin(), entries_.end(), wanted);
        };
        auto found = entries_.end();
        if (entries_.size() >= entries_kept) {
            found = find_one([](const entry& each) { return each.is_idle(); });
        }
        if (found == entries_.end() && entries_.size() < entries_max) {
            return entries_.emplace_back();
        }
        if (found == entries_.end()) {
            found = find_one([](const entry& each) { return !each.was_up; });
        }
        return found != entries_.end() ? *found : entries_.front();
    }

    std::vector<entry> entries_;
    std::uint32_t last_serial_ = 0;
};

} // namespace tactus::flow
