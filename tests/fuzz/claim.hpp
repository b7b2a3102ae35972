// SPDX-License-Identifier: MIT
// claim(): what must hold for every input. It traps, so that libFuzzer keeps the input.
#pragma once

#include <cstdint>
#include <span>

namespace fuzz {

inline void claim(bool holds) {
    if (!holds) {
        __builtin_trap();
    }
}

template <class Inner, class Outer>
bool lies_inside(const Inner& inner, const Outer& outer) {
    const auto* const first = reinterpret_cast<const std::uint8_t*>(inner.data());
    const auto* const outer_first = reinterpret_cast<const std::uint8_t*>(outer.data());
    return inner.empty() ||
           (first >= outer_first && first + inner.size() <= outer_first + outer.size());
}

} // namespace fuzz
