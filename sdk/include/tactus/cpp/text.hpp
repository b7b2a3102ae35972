// SPDX-License-Identifier: MIT
// Text across the C ABI: tactus_str is a view, as std::string_view is.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <string_view>

#include <tactus/abi.h>

namespace tactus {
inline namespace v0_1 {

constexpr tactus_str to_str(std::string_view text) noexcept {
    return tactus_str{text.data(), text.size()};
}
constexpr std::string_view to_view(tactus_str text) noexcept {
    return text.len == 0 ? std::string_view() : std::string_view(text.ptr, text.len);
}

} // namespace v0_1
} // namespace tactus
