// SPDX-License-Identifier: MIT
// The operators and functions of expressions on values. A fault in an operand is the result; if
// there are several, the first. The type of a result follows the widest operand: i < h < f < d; a
// division is at least f.
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
// Two texts only by == and !=; a text and a number are compared as numbers.
[[nodiscard]] value compare(order how, const value& left, const value& right) noexcept;

// If one side is a fault, the other decides if it can do so alone.
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
