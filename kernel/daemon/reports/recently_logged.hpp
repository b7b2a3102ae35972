// SPDX-License-Identifier: MIT
// Which externally caused conditions were already logged: each is logged once, and few in a row.
// Bounded: it forgets the oldest, which may then be logged again.
#pragma once

#include "kernel/base/log.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace tactus::daemon {

// Threads: loop. 64-bit hashes: one address in 2^58 is mistaken for a kept one.
class recently_logged {
public:
    static constexpr std::size_t kept_max = 64;

    [[nodiscard]] bool was(std::uint64_t what) const noexcept {
        return std::find(kept_.begin(), kept_.begin() + size(), what) != kept_.begin() + size();
    }
    void add(std::uint64_t what) noexcept { kept_[count_++ % kept_max] = what; }
    // Whether a line about it may be written now, for the first time; it then counts as written.
    [[nodiscard]] bool admits(std::uint64_t what, base::log& log, std::int64_t now_ns) noexcept {
        if (was(what) || !log.allows(limit_, now_ns)) {
            return false;
        }
        add(what);
        return true;
    }

    // A text at a place: the same address at another output is a different entry.
    [[nodiscard]] static std::uint64_t hash(std::uint16_t place, std::string_view text) noexcept {
        constexpr std::uint64_t spread = 0x9e37'79b9'7f4a'7c15; // 2^64 / golden ratio
        return std::hash<std::string_view>{}(text) ^ (std::uint64_t{place} + 1) * spread;
    }
    // At an input or output of that name; a reload may give its number to another.
    [[nodiscard]] static std::uint64_t hash(std::string_view place,
                                            std::string_view text) noexcept {
        return hash(std::uint16_t{0}, text) + hash(std::uint16_t{1}, place);
    }

private:
    [[nodiscard]] std::ptrdiff_t size() const noexcept {
        return static_cast<std::ptrdiff_t>(std::min(count_, kept_max));
    }

    std::array<std::uint64_t, kept_max> kept_{};
    std::size_t count_ = 0;
    base::log_limit limit_;
};

} // namespace tactus::daemon
