// SPDX-License-Identifier: MIT
// One character of an address: what a one-character wildcard matches. Decoded as UTF-8; a byte that
// does not begin a whole character is a character by itself, because addresses need not be UTF-8.
#pragma once

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
    const auto byte = [text](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
    };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t size = lead < 0xC2   ? 1
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 1;
    if (size == 1 || size > text.size()) {
        return {osc_character::stray_byte + lead, 1};
    }
    std::uint32_t value = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) {
            return {osc_character::stray_byte + lead, 1};
        }
        value = value << 6U | (byte(i) & 0x3FU);
    }
    const std::uint32_t least = size == 4 ? 0x1'0000 : size == 3 ? 0x800 : 0x80;
    const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
    const bool is_good = value >= least && value <= 0x10'FFFF && !is_surrogate;
    return is_good ? osc_character{value, size}
                   : osc_character{osc_character::stray_byte + lead, 1};
}

} // namespace tactus::codec
