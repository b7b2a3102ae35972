// SPDX-License-Identifier: MIT
// Which inputs and outputs the operator has muted, and what that holds back of the deliveries that
// are due. Everything passes that the kernel itself sends, that ends something, or that is MIDI
// real-time, which receivers count. Threads: loop.
#pragma once

#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/limits.hpp"

#include <bitset>
#include <cstdint>

namespace tactus::flow {

class mutes {
public:
    // Bounds: below inputs_max and outputs_max.
    void set_input(std::uint16_t input, bool is_muted) noexcept {
        inputs_.set(input, is_muted);
        is_any_ = inputs_.any() || outputs_.any();
    }
    void set_output(std::uint16_t output, bool is_muted) noexcept {
        outputs_.set(output, is_muted);
        is_any_ = inputs_.any() || outputs_.any();
    }
    [[nodiscard]] bool has_input(std::uint16_t input) const noexcept { return inputs_[input]; }
    [[nodiscard]] bool has_output(std::uint16_t output) const noexcept { return outputs_[output]; }

    // Whether a delivery that is due concerns a muted input or output. The caller lets ends pass.
    [[nodiscard]] bool concern(const event_cell& cell) const noexcept {
        return is_any_ && cell.input != no_input && (cell.flags & event_cell::is_real_time) == 0 &&
               (outputs_[cell.output] || inputs_[cell.input]);
    }

private:
    std::bitset<inputs_max> inputs_;
    std::bitset<outputs_max> outputs_;
    bool is_any_ = false;
};

} // namespace tactus::flow
