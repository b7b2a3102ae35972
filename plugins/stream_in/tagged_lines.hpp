// SPDX-License-Identifier: MIT
// Maps the tag of an event to the line that it came from, to which later outcomes are reported. For
// each source, only the last lines are kept. A source's first line may allocate; no later line
// does, once each source has sent one. Pure.
//   tags_    source -> ring of its last tags, oldest first
//   places_  tag -> source and line: a hash table with linear probing, at most half full
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stream_in {

class tagged_lines {
public:
    /// `last_tag`: the tag before the first.
    explicit tagged_lines(std::uint32_t last_tag = 0) noexcept : last_tag_(last_tag) {}

    static constexpr std::size_t lines_max = 1024;     // per source; then the oldest is forgotten
    static constexpr std::uint32_t tag_max = 0xFFFFFF; // the kernel keeps 24 bits; 0: no tag

    struct place {
        std::uint32_t source = 0;
        std::uint64_t line = 0;
    };

    /// The tag of the next line.
    [[nodiscard]] std::uint32_t next_tag() const noexcept { return last_tag_ % tag_max + 1; }

    /// Stores the line under next_tag(). Errors: std::bad_alloc.
    void keep(std::uint32_t source, std::uint64_t line) {
        ring& tags = ring_of(source);
        std::uint32_t& oldest = tags.at[tags.next];
        if (oldest != 0) {
            erase(oldest, source);
        }
        last_tag_ = next_tag();
        oldest = last_tag_;
        tags.next = (tags.next + 1) % lines_max;
        slot& free = slots_[find_slot(last_tag_)];
        free = slot{last_tag_, {source, line}};
    }

    /// Returns nullptr if the tag is unknown or forgotten.
    [[nodiscard]] const place* find(std::uint32_t tag) const noexcept {
        if (slots_.empty() || tag == 0) {
            return nullptr;
        }
        const slot& found = slots_[find_slot(tag)];
        return found.tag == tag ? &found.at : nullptr;
    }

    [[nodiscard]] bool knows(std::uint32_t source) const noexcept { return tags_.contains(source); }

    void forget(std::uint32_t source) noexcept {
        const auto found = tags_.find(source);
        if (found == tags_.end()) {
            return;
        }
        for (const std::uint32_t tag : found->second.at) {
            if (tag != 0) {
                erase(tag, source);
            }
        }
        tags_.erase(found);
    }

private:
    struct ring {
        std::vector<std::uint32_t> at = std::vector<std::uint32_t>(lines_max); // 0: none yet
        std::size_t next = 0;
    };
    struct slot {
        std::uint32_t tag = 0; // 0: free
        place at;
    };

    // Reserves room for all lines of a new source.
    ring& ring_of(std::uint32_t source) {
        const auto found = tags_.find(source);
        if (found != tags_.end()) {
            return found->second;
        }
        const std::size_t wanted = std::bit_ceil(2 * lines_max * (tags_.size() + 1));
        if (wanted > slots_.size()) {
            std::vector<slot> before = std::exchange(slots_, std::vector<slot>(wanted));
            for (const slot& each : before) {
                if (each.tag != 0) {
                    slots_[find_slot(each.tag)] = each;
                }
            }
        }
        return tags_[source];
    }

    // Tags are consecutive numbers: unhashed they would form one long run, through which each erase
    // would have to search. Fibonacci hashing spreads them.
    [[nodiscard]] std::size_t home_of(std::uint32_t tag) const noexcept {
        constexpr std::uint32_t golden = 0x9E3779B1;
        return (tag * golden) >> (32 - std::countr_zero(slots_.size()));
    }
    // The tag's slot, or the free slot where it belongs.
    [[nodiscard]] std::size_t find_slot(std::uint32_t tag) const noexcept {
        std::size_t at = home_of(tag);
        while (slots_[at].tag != 0 && slots_[at].tag != tag) {
            at = (at + 1) & (slots_.size() - 1);
        }
        return at;
    }

    // After 16 million lines, a tag may belong to another source. Entries behind the freed slot
    // move up if their probe sequence passes it; otherwise a search would end too early.
    void erase(std::uint32_t tag, std::uint32_t source) noexcept {
        std::size_t hole = find_slot(tag);
        if (slots_[hole].tag != tag || slots_[hole].at.source != source) {
            return;
        }
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t at = (hole + 1) & mask; slots_[at].tag != 0; at = (at + 1) & mask) {
            const std::size_t way = (at - home_of(slots_[at].tag)) & mask;
            if (way >= ((at - hole) & mask)) {
                slots_[hole] = slots_[at];
                hole = at;
            }
        }
        slots_[hole] = slot{};
    }

    std::uint32_t last_tag_;
    std::vector<slot> slots_;                      // a power of two
    std::unordered_map<std::uint32_t, ring> tags_; // by source
};

} // namespace stream_in
