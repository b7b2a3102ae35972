// SPDX-License-Identifier: MIT
// Finds an argument by number in a message of thousands: 65,000 fit in a packet, and each $n of a
// route would count from the first. Built when a distant argument is first asked for; a look-up
// then takes at most argument_index::stride steps. No allocation.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace tactus::flow {

class argument_index {
public:
    static constexpr std::size_t stride = 64; // type tags between two marks

    // Call before another message.
    void forget() noexcept { size_ = 0; }

    // The argument, counted from 1 without the brackets of arrays; the end if there is none.
    // Bounds: the same message until forget().
    [[nodiscard]] codec::osc_argument_iterator at(const codec::osc_message& message,
                                                  std::uint16_t number) noexcept;

private:
    void build(const codec::osc_message& message) noexcept;

    // State before each stride-th tag.
    struct mark {
        std::uint32_t arguments;
        std::uint32_t bytes;
    };
    std::array<mark, codec::osc_size_max / stride + 1> marks_;
    std::size_t size_ = 0; // 0: not built
};

// The same without an index: counts from the first.
[[nodiscard]] codec::osc_argument_iterator find_argument(codec::osc_arguments among,
                                                         std::size_t number) noexcept;

} // namespace tactus::flow
