// SPDX-License-Identifier: MIT
// The texts that the kernel accepts as OSC addresses, for plugins that make OSC out of something
// else: the kernel would refuse others too, but as bytes of a packet, and could not report which
// text was wrong.
//   address = "/" byte*     of any bytes but control characters: blanks and UTF-8 are common
// OSC 1.0 asks for printable ASCII without blank and "#". Names that people type contain more than
// that, and every other program accepts it.
// Threads: any. Source: The Open Sound Control 1.0 Specification, "OSC Address Spaces".
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace tactus {
inline namespace v0_1 {

/// Bytes, without the zero byte: bounds the cost of matching an address.
inline constexpr std::size_t osc_address_size_max = 1024;

namespace detail {

/// Whether eight bytes may contain one: a byte below 0x20, 0x7F, or above ASCII. Never false if
/// they do. Source: "Determine if a word has a byte less than n", Bit Twiddling Hacks.
constexpr bool may_hold_control_character(std::uint64_t eight) noexcept {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    constexpr std::uint64_t highs = 0x8080'8080'8080'8080;
    const std::uint64_t is_delete = eight ^ (ones * 0x7F);
    return (((eight - ones * 0x20) | eight | (is_delete - ones)) & highs) != 0;
}

inline bool is_plain_text(const char* text, std::size_t size) noexcept {
    std::uint64_t eight = 0;
    if (size < sizeof eight) {
        return false;
    }
    bool may_hold = false;
    for (std::size_t at = 0; at + sizeof eight <= size; at += sizeof eight) {
        std::memcpy(&eight, text + at, sizeof eight);
        may_hold = may_hold || may_hold_control_character(eight);
    }
    std::memcpy(&eight, text + size - sizeof eight, sizeof eight);
    return !may_hold && !may_hold_control_character(eight);
}

} // namespace detail

/// Whether the text contains a control character of ASCII (below 0x20, 0x7F) or of Unicode's U+0080
/// to U+009F. Invalid UTF-8 does not count.
constexpr bool has_control_character(std::string_view text) noexcept {
    if (!std::is_constant_evaluated() && detail::is_plain_text(text.data(), text.size())) {
        return false; // as for most texts: each event is checked
    }
    unsigned char before = 0;
    for (const char each : text) {
        const auto byte = static_cast<unsigned char>(each);
        const bool is_c1 = before == 0xC2 && byte < 0xA0 && byte >= 0x80;
        if (byte < 0x20 || byte == 0x7F || is_c1) {
            return true;
        }
        before = byte;
    }
    return false;
}

/// Whether it is an address or an address pattern: OSC lets senders send both.
constexpr bool is_osc_address(std::string_view text) noexcept {
    return text.starts_with('/') && text.size() <= osc_address_size_max &&
           !has_control_character(text);
}

/// The characters that make an address a pattern.
inline constexpr std::string_view osc_wildcards = "*?[]{}";

/// Whether it is an address without wildcards.
constexpr bool is_plain_osc_address(std::string_view text) noexcept {
    return is_osc_address(text) && text.find_first_of(osc_wildcards) == std::string_view::npos;
}

} // namespace v0_1
} // namespace tactus
