// SPDX-License-Identifier: MIT
// The groups of all clients by tag, also of those that have left: a script writes a line and
// leaves, and another one cancels the events that it has scheduled. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace stream_in {

class tag_registry {
public:
    /// Beyond, the oldest is forgotten: its events leave, and can no longer be cancelled.
    static constexpr std::size_t entries_max = 4096;

    /// Errors: std::bad_alloc.
    void add(std::string_view tag, std::uint32_t group) {
        if (entries_.size() == entries_max) {
            entries_.pop_front();
        }
        entries_.emplace_back(std::string(tag), group);
    }
    /// Calls visit(group) for each group under that tag.
    template <class Visitor>
    void for_each(std::string_view tag, Visitor&& visit) const {
        for (const auto& [name, group] : entries_) {
            if (name == tag) {
                visit(group);
            }
        }
    }

private:
    std::deque<std::pair<std::string, std::uint32_t>> entries_;
};

} // namespace stream_in
