// SPDX-License-Identifier: MIT
// One character of an address: what a one-character wildcard matches. Decoded as UTF-8; a byte that
// does not begin a whole character is a character by itself, because addresses need not be UTF-8.
#pragma once

#include <tactus/cpp/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tactus::codec {

struct osc_character {
    std::uint32_t value = 0; // a code point, or stray_byte and the byte
    std::size_t size = 1;    // in bytes

    static constexpr std::uint32_t stray_byte = 0x11'0000; // above all code points
};

// The first character. Bounds: the text is not empty.
[[nodiscard]] constexpr osc_character first_character(std::string_view text) noexcept {
    const code_point point = first_code_point(text);
    return {point.is_valid ? point.value : osc_character::stray_byte + point.value, point.size};
}

} // namespace tactus::codec
