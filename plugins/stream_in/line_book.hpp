// SPDX-License-Identifier: MIT
// By the tag of an event, the line that it came from, so that what becomes of it later can be
// answered there. Of each source the last lines only are kept. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace stream_in {

class line_book {
public:
    static constexpr std::size_t lines_max = 1024;     // of a source; then the oldest is forgotten
    static constexpr std::uint32_t tag_max = 0xFFFFFF; // the kernel keeps 24 bits, and 0 is none

    struct place {
        std::uint32_t source = 0;
        std::uint64_t line = 0;
    };

    /// The tag that the next line gets.
    [[nodiscard]] std::uint32_t next_tag() const noexcept { return last_tag_ % tag_max + 1; }

    /// Under next_tag(). Errors: std::bad_alloc.
    void keep(std::uint32_t source, std::uint64_t line) {
        std::deque<std::uint32_t>& tags = tags_[source];
        if (tags.size() == lines_max) {
            erase(tags.front(), source);
            tags.pop_front();
        }
        last_tag_ = next_tag();
        tags.push_back(last_tag_);
        places_[last_tag_] = place{source, line};
    }

    /// nullptr where it is not known, or not any more.
    [[nodiscard]] const place* find(std::uint32_t tag) const noexcept {
        const auto found = places_.find(tag);
        return found != places_.end() ? &found->second : nullptr;
    }

    [[nodiscard]] bool knows(std::uint32_t source) const noexcept { return tags_.contains(source); }

    void forget(std::uint32_t source) noexcept {
        const auto found = tags_.find(source);
        if (found == tags_.end()) {
            return;
        }
        for (const std::uint32_t tag : found->second) {
            erase(tag, source);
        }
        tags_.erase(found);
    }

private:
    // After 16 million lines a tag may have become another source's.
    void erase(std::uint32_t tag, std::uint32_t source) noexcept {
        const auto found = places_.find(tag);
        if (found != places_.end() && found->second.source == source) {
            places_.erase(found);
        }
    }

    std::uint32_t last_tag_ = 0;
    std::unordered_map<std::uint32_t, place> places_;
    std::unordered_map<std::uint32_t, std::deque<std::uint32_t>> tags_; // by source, oldest first
};

} // namespace stream_in
