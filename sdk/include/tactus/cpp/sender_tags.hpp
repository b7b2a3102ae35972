// SPDX-License-Identifier: MIT
// The cancel groups of one sender: one for its events without a tag, and one for each tag that it
// uses. Groups are unique within the input. Therefore no sender cancels events that another has
// scheduled, and the senders share the input's room. Pure.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus {
inline namespace v0_1 {

/// Numbers that no other sender has, until 16 million were given.
class group_numbers {
public:
    [[nodiscard]] std::uint32_t next() noexcept { return last_ = last_ % group_max + 1; }

private:
    static constexpr std::uint32_t group_max = 0xFFFFFF; // the kernel keeps 24 bits; 0: none
    std::uint32_t last_ = 0;
};

class sender_tags {
public:
    static constexpr std::size_t tags_max = 64;

    explicit sender_tags(group_numbers& numbers) : numbers_(&numbers), untagged_(numbers.next()) {}

    [[nodiscard]] std::uint32_t untagged() const noexcept { return untagged_; }
    /// The group of a tag, made at its first use; none if the sender uses too many. Errors:
    /// std::bad_alloc.
    [[nodiscard]] std::optional<std::uint32_t> of(std::string_view tag) {
        if (const std::optional<std::uint32_t> known = find(tag)) {
            return known;
        }
        if (tags_.size() == tags_max) {
            return std::nullopt;
        }
        return tags_.emplace_back(std::string(tag), numbers_->next()).second;
    }
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view tag) const noexcept {
        for (const auto& [name, group] : tags_) {
            if (name == tag) {
                return group;
            }
        }
        return std::nullopt;
    }
    /// Calls visit(group) for each group of the sender.
    template <class Visitor>
    void for_each(Visitor&& visit) const {
        visit(untagged_);
        for (const auto& [name, group] : tags_) {
            visit(group);
        }
    }

private:
    group_numbers* numbers_;
    std::uint32_t untagged_;
    std::vector<std::pair<std::string, std::uint32_t>> tags_;
};

} // namespace v0_1
} // namespace tactus
