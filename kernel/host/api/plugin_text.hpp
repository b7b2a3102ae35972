// SPDX-License-Identifier: MIT
// Texts that a plugin passes, which may be wrong: NULL with a length.
#pragma once

#include <tactus/abi.h>

#include <string_view>

namespace tactus::host {

[[nodiscard]] constexpr bool is_text(const tactus_str& text) noexcept {
    return text.ptr != nullptr || text.len == 0;
}
// Empty if it is no text.
[[nodiscard]] constexpr std::string_view view_of(const tactus_str& text) noexcept {
    return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}

} // namespace tactus::host
