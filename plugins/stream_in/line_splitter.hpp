// SPDX-License-Identifier: MIT
// Splits a byte stream into lines. A line longer than the limit is skipped up to its end, and
// reported once as too long. Bytes after the last line break form a line when the stream ends.
//   line = bytes ["\r"] "\n"
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stream_in {

class line_splitter {
public:
    /// Units: bytes, without the line break.
    explicit line_splitter(std::size_t size_max) : size_max_(size_max) {}

    /// One whole line. The text is valid until the next call, and only as long as the given bytes;
    /// for a line that is too long it is empty.
    struct line {
        std::uint64_t number; // from 1
        std::string_view text;
        bool is_too_long;
    };

    /// Takes bytes from the front of `bytes`, to the end of the next line; returns nothing if they
    /// hold no line end. A line that is contained in them as a whole is not copied.
    [[nodiscard]] std::optional<line> next(std::string_view& bytes) {
        forget_given();
        const std::size_t end = bytes.find('\n');
        const bool has_end = end != std::string_view::npos;
        const std::string_view part = bytes.substr(0, end);
        bytes.remove_prefix(has_end ? end + 1 : bytes.size());
        if (has_end && !is_in_line()) {
            return give(part);
        }
        take(part);
        return has_end ? std::optional(give(pending_)) : std::nullopt;
    }

    /// Returns the bytes after the last line break as the last line; nothing if there are none.
    [[nodiscard]] std::optional<line> finish() {
        forget_given();
        return is_in_line() ? std::optional(give(pending_)) : std::nullopt;
    }

    [[nodiscard]] std::uint64_t lines() const noexcept { return number_; }
    /// Whether part of a line has come, but not its end.
    [[nodiscard]] bool is_in_line() const noexcept {
        return !is_given_ && (!pending_.empty() || is_too_long_);
    }

private:
    void take(std::string_view part) {
        is_too_long_ = is_too_long_ || pending_.size() + part.size() > size_max_ + 1; // a "\r"
        if (!is_too_long_) {
            pending_.append(part);
        }
    }
    line give(std::string_view text) noexcept {
        if (text.ends_with('\r')) {
            text.remove_suffix(1);
        }
        const bool is_too_long = is_too_long_ || text.size() > size_max_;
        is_given_ = true;
        return {++number_, is_too_long ? std::string_view() : text, is_too_long};
    }
    void forget_given() noexcept {
        if (std::exchange(is_given_, false)) {
            pending_.clear(); // keeps its memory
            is_too_long_ = false;
        }
    }

    std::size_t size_max_;
    std::string pending_;
    std::uint64_t number_ = 0;
    bool is_too_long_ = false;
    bool is_given_ = false; // pending_ was returned; it stays until the next call
};

} // namespace stream_in
