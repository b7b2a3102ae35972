// SPDX-License-Identifier: MIT
// Cuts a byte stream into lines. A line that is longer than the limit is dropped to its end, and
// reported as too long once. The bytes after the last line break are a line when the stream ends.
//   line = bytes ["\r"] "\n"
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stream_in {

class line_splitter {
public:
    /// Units: bytes, without the line break.
    explicit line_splitter(std::size_t size_max) : size_max_(size_max) {}

    /// Calls visit(number, line, is_too_long) for each line that ends in `bytes`; numbers count
    /// from 1. A line that is too long is given empty. The view is valid during the call.
    template <class Visitor>
    void feed(std::string_view bytes, Visitor&& visit) {
        while (!bytes.empty()) {
            const std::size_t end = std::min(bytes.find('\n'), bytes.size());
            take(bytes.substr(0, end));
            if (end == bytes.size()) {
                return;
            }
            give(visit);
            bytes.remove_prefix(end + 1);
        }
    }

    /// What stands behind the last line break is the last line; nothing is no line.
    template <class Visitor>
    void finish(Visitor&& visit) {
        if (is_in_line()) {
            give(visit);
        }
    }

    [[nodiscard]] std::uint64_t lines() const noexcept { return number_; }
    /// Whether part of a line has come, and its end has not.
    [[nodiscard]] bool is_in_line() const noexcept { return !pending_.empty() || is_too_long_; }

private:
    void take(std::string_view part) {
        is_too_long_ = is_too_long_ || pending_.size() + part.size() > size_max_ + 1; // a "\r"
        if (!is_too_long_) {
            pending_.append(part);
        }
    }
    template <class Visitor>
    void give(Visitor&& visit) {
        std::string_view line = pending_;
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        const bool is_too_long = is_too_long_ || line.size() > size_max_;
        visit(++number_, is_too_long ? std::string_view() : line, is_too_long);
        pending_.clear();
        is_too_long_ = false;
    }

    std::size_t size_max_;
    std::string pending_;
    std::uint64_t number_ = 0;
    bool is_too_long_ = false;
};

} // namespace stream_in
