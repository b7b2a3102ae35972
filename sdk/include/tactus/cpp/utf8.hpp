// SPDX-License-Identifier: MIT
// UTF-8: the character at the front of a text, a cut between two characters, and a check of bytes
// that come in pieces. Strict: overlong forms, surrogates and values above U+10FFFF are invalid.
// Nothing here allocates, blocks or throws. Threads: any.
//   character = 00-7F | C2-DF tail | E0 A0-BF tail | (E1-EC | EE | EF) tail tail | ED 80-9F tail
//             | F0 90-BF tail tail | F1-F3 tail tail tail | F4 80-8F tail tail      tail = 80-BF
// Source: The Unicode Standard, table 3-7.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tactus {
inline namespace v0_1 {

namespace detail {

/// The requirements of a character's first byte for the rest: a row of the source's table.
struct utf8_lead {
    std::uint8_t size;  // of the whole character, in bytes; 0: no character begins with this byte
    std::uint8_t least; // the range of the second byte
    std::uint8_t most;
};

constexpr utf8_lead utf8_lead_of(std::uint8_t byte) noexcept {
    if (byte < 0x80) {
        return {1, 0x80, 0xBF};
    }
    if (byte < 0xC2 || byte > 0xF4) {
        return {0, 0x80, 0xBF};
    }
    const std::uint8_t size = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    // After these four bytes a wider range would allow overlong forms, surrogates, or values that
    // are too high.
    const std::uint8_t least = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t most = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    return {size, least, most};
}

constexpr bool is_utf8_tail(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

} // namespace detail

struct code_point {
    std::uint32_t value = 0; // up to 0x10FFFF; the byte if is_valid is false
    std::size_t size = 1;    // in bytes: 1 to 4; 1 if is_valid is false
    bool is_valid = false;   // otherwise the first byte does not begin a whole character
};

/// The character at the front. Bounds: `text` is not empty.
constexpr code_point first_code_point(std::string_view text) noexcept {
    const auto byte = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        return {first, 1, true};
    }
    const detail::utf8_lead lead = detail::utf8_lead_of(first);
    if (lead.size == 0 || lead.size > text.size() || byte(1) < lead.least || byte(1) > lead.most) {
        return {first, 1, false};
    }
    std::uint32_t value = first & (0x7FU >> lead.size);
    for (std::size_t i = 1; i < lead.size; ++i) {
        if (!detail::is_utf8_tail(text[i])) {
            return {first, 1, false};
        }
        value = value << 6U | (byte(i) & 0x3FU);
    }
    return {value, lead.size, true};
}

/// Whether all of it is characters.
constexpr bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const code_point next = first_code_point(text);
        if (!next.is_valid) {
            return false;
        }
        text.remove_prefix(next.size);
    }
    return true;
}

/// The longest beginning of `text` with at most `bytes_max` bytes that ends between two characters.
/// Returns all of `text` if it is not longer. Invalid UTF-8 may lose more bytes than necessary.
constexpr std::string_view cut_between_characters(std::string_view text,
                                                  std::size_t bytes_max) noexcept {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t size = bytes_max;
    while (size > 0 && detail::is_utf8_tail(text[size])) {
        --size;
    }
    return text.substr(0, size);
}

/// Checks bytes that come in pieces: after each piece it is known whether the bytes so far can
/// still become valid text.
class utf8_check {
public:
    /// Returns false if the bytes cannot begin UTF-8, whatever follows. Bounds: not after that.
    [[nodiscard]] constexpr bool feed(std::span<const std::uint8_t> bytes) noexcept {
        for (const std::uint8_t byte : bytes) {
            if (!(missing_ == 0 ? begin(byte) : go_on(byte))) {
                return false;
            }
        }
        return true;
    }
    /// Whether the last character is complete.
    [[nodiscard]] constexpr bool is_complete() const noexcept { return missing_ == 0; }

private:
    constexpr bool begin(std::uint8_t byte) noexcept {
        next_ = detail::utf8_lead_of(byte);
        missing_ = next_.size - 1;
        return next_.size != 0;
    }
    constexpr bool go_on(std::uint8_t byte) noexcept {
        const bool is_right = byte >= next_.least && byte <= next_.most;
        next_ = {next_.size, 0x80, 0xBF};
        --missing_;
        return is_right;
    }

    int missing_ = 0; // bytes of the present character that are still to come
    detail::utf8_lead next_{1, 0x80, 0xBF};
};

} // namespace v0_1
} // namespace tactus
