// SPDX-License-Identifier: MIT
// Whole numbers in a text: ports, prefixes of networks, interfaces. Threads: any.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tactus {
inline namespace v0_1 {

/// The number that the text is: one digit or more, nothing else, leading zeros allowed. Nothing if
/// it is another text or above `most`.
constexpr std::optional<std::uint32_t> decimal(std::string_view text, std::uint32_t most) noexcept {
    std::uint64_t number = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') {
            return std::nullopt;
        }
        number = number * 10 + static_cast<std::uint32_t>(digit - '0');
        if (number > most) {
            return std::nullopt;
        }
    }
    return text.empty() ? std::nullopt : std::optional(static_cast<std::uint32_t>(number));
}

} // namespace v0_1
} // namespace tactus
