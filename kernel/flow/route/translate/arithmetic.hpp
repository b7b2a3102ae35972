// SPDX-License-Identifier: MIT
// The operators and functions of expressions on values. A fault that goes in comes out: the first
// one where there are several. The type of a result follows the widest of the operands:
// i < h < f < d; a division is at least f.
#pragma once

#include "kernel/flow/route/translate/value.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace tactus::flow {

[[nodiscard]] value add(const value& left, const value& right) noexcept;
[[nodiscard]] value subtract(const value& left, const value& right) noexcept;
[[nodiscard]] value multiply(const value& left, const value& right) noexcept;
[[nodiscard]] value divide(const value& left, const value& right) noexcept;
[[nodiscard]] value modulo(const value& left, const value& right) noexcept; // the sign of `right`
[[nodiscard]] value negate(const value& of) noexcept;

enum class order : std::uint8_t { equal, unequal, less, less_equal, greater, greater_equal };
// Two texts by == and != only; a text against a number is compared as a number.
[[nodiscard]] value compare(order how, const value& left, const value& right) noexcept;

// Decided by one side where the other is a fault, if one side is enough.
[[nodiscard]] value both(const value& left, const value& right) noexcept;
[[nodiscard]] value either(const value& left, const value& right) noexcept;

struct function {
    std::string_view name;
    std::uint16_t count_min;
    std::uint16_t count_max;
    value (*call)(std::span<const value> arguments) noexcept;
};
// round floor ceil abs min max clamp scale pow int float long double
[[nodiscard]] std::span<const function> functions() noexcept;

} // namespace tactus::flow
