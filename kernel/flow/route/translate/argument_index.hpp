// SPDX-License-Identifier: MIT
// Finds the argument of a number in a message of thousands: 65,000 fit a packet, and each $n of a
// route would count from the first. Built when the first is asked for that is far back; a look-up
// then takes argument_index::stride steps at most. No allocation.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace tactus::flow {

class argument_index {
public:
    static constexpr std::size_t stride = 64; // type tags between two marks

    // Another message comes.
    void forget() noexcept { size_ = 0; }

    // The argument, counted from 1 without the brackets of arrays; the end where there is none.
    // Bounds: the same message until forget().
    [[nodiscard]] codec::osc_argument_iterator at(const codec::osc_message& message,
                                                  std::uint16_t number) noexcept;

private:
    void build(const codec::osc_message& message) noexcept;

    // What stands before each stride-th tag.
    struct mark {
        std::uint32_t arguments;
        std::uint32_t bytes;
    };
    std::array<mark, codec::osc_size_max / stride + 1> marks_;
    std::size_t size_ = 0; // 0: not built
};

// The same without an index, from the first on.
[[nodiscard]] codec::osc_argument_iterator find_argument(codec::osc_arguments among,
                                                         std::size_t number) noexcept;

} // namespace tactus::flow
