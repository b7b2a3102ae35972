// SPDX-License-Identifier: MIT
// Which waiting events have been replaced by newer ones, for routes with a throttle: such an event
// waits with a ticket, and the dispatcher drops it when it is due. A ticket is reused after
// tickets_max others: if its first event still waits then, an intermediate value is sent or left
// out, never the last one. No allocation. Threads: loop.
#pragma once

#include <array>
#include <cstdint>

namespace tactus::flow {

class tickets {
public:
    static constexpr std::uint32_t tickets_max = 65'536;

    [[nodiscard]] std::uint32_t issue() noexcept {
        last_ = last_ % (tickets_max - 1) + 1; // never 0
        set(last_, false);
        return last_;
    }
    void replace(std::uint32_t ticket) noexcept { set(ticket, true); }
    [[nodiscard]] bool is_replaced(std::uint32_t ticket) const noexcept {
        return (bits_[ticket / 64] >> (ticket % 64) & 1U) != 0;
    }

private:
    void set(std::uint32_t ticket, bool is_replaced) noexcept {
        const std::uint64_t bit = std::uint64_t{1} << (ticket % 64);
        bits_[ticket / 64] = is_replaced ? bits_[ticket / 64] | bit : bits_[ticket / 64] & ~bit;
    }

    std::array<std::uint64_t, tickets_max / 64> bits_{};
    std::uint32_t last_ = 0;
};

} // namespace tactus::flow
