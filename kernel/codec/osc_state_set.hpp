// SPDX-License-Identifier: MIT
// Sets of the states of an address pattern, and of characters: arrays of 64-bit words. For
// osc_pattern.cpp and osc_matching.cpp only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tactus::codec {

// Characters below it are in an ascii_set, all others in ranges.
inline constexpr std::uint32_t ascii_end = 128;

template <class Set>
void insert(Set& set, std::size_t index) noexcept {
    set[index / 64] |= std::uint64_t{1} << (index % 64);
}

template <class Set>
bool contains(const Set& set, std::size_t index) noexcept {
    return (set[index / 64] >> (index % 64) & 1) != 0;
}

template <class Set>
void unite(Set& set, const Set& other) noexcept {
    for (std::size_t word = 0; word < set.size(); ++word) {
        set[word] |= other[word];
    }
}

} // namespace tactus::codec
