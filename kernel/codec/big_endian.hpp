// SPDX-License-Identifier: MIT
// Loads and stores numbers in network order, as OSC encodes them; the bytes need no alignment.
// Bounds: the caller has checked that the bytes exist.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tactus::codec {

[[nodiscard]] inline std::uint32_t load_u32(const std::uint8_t* from) noexcept {
    return std::uint32_t{from[0]} << 24 | std::uint32_t{from[1]} << 16 |
           std::uint32_t{from[2]} << 8 | std::uint32_t{from[3]};
}

[[nodiscard]] inline std::uint64_t load_u64(const std::uint8_t* from) noexcept {
    return std::uint64_t{load_u32(from)} << 32 | load_u32(from + 4);
}

inline void store_u32(std::uint8_t* to, std::uint32_t value) noexcept {
    for (int shift = 24; shift >= 0; shift -= 8) {
        *to++ = static_cast<std::uint8_t>(value >> shift);
    }
}

inline void store_u64(std::uint8_t* to, std::uint64_t value) noexcept {
    store_u32(to, static_cast<std::uint32_t>(value >> 32));
    store_u32(to + 4, static_cast<std::uint32_t>(value));
}

} // namespace tactus::codec
