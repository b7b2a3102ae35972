// SPDX-License-Identifier: MIT
// Bytes accepted for sending that the system has not taken yet, in order. Once empty it keeps a
// little memory for the next. The limit on its size is its owner's. Threads: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tactus::net {

class send_buffer {
public:
    static constexpr std::size_t kept_bytes = 64 * 1024; // the most an empty one keeps

    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - begin_; }
    [[nodiscard]] bool is_empty() const noexcept { return size() == 0; }
    // Valid until it changes.
    [[nodiscard]] std::span<const std::uint8_t> rest() const noexcept {
        return std::span(bytes_).subspan(begin_);
    }

    void append(std::span<const std::uint8_t> more) {
        if (begin_ > bytes_.size() / 2) {
            bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
            begin_ = 0;
        }
        bytes_.insert(bytes_.end(), more.begin(), more.end());
    }
    // The system took so many. Bounds: at most size().
    void remove_first(std::size_t count) noexcept {
        begin_ += count;
        if (!is_empty()) {
            return;
        }
        begin_ = 0;
        bytes_.clear();
        if (bytes_.capacity() > kept_bytes) {
            bytes_ = {};
        }
    }
    void clear() noexcept {
        bytes_ = {};
        begin_ = 0;
    }

private:
    std::vector<std::uint8_t> bytes_;
    std::size_t begin_ = 0; // where the rest begins
};

} // namespace tactus::net
