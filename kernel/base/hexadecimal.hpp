// SPDX-License-Identifier: MIT
// Bytes as text: two hexadecimal digits for each, with a blank between them. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tactus::base {

inline constexpr std::string_view hexadecimal_digits = "0123456789abcdef";
inline constexpr std::string_view hexadecimal_capitals = "0123456789ABCDEF";

[[nodiscard]] inline std::string hexadecimal(std::span<const std::uint8_t> bytes,
                                             std::string_view digits = hexadecimal_digits) {
    std::string text;
    text.reserve(bytes.size() * 3);
    for (const std::uint8_t byte : bytes) {
        text += text.empty() ? "" : " ";
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

} // namespace tactus::base
