// SPDX-License-Identifier: MIT
// By which route a message gets to each of its outputs. Routes without events of their own are
// matched together, so this is not known otherwise; it is followed only while somebody observes the
// events. Threads: loop.
#pragma once

#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/limits.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace tactus::flow {

class route_trace {
public:
    // The next message.
    void begin(bool is_followed) noexcept {
        is_followed_ = is_followed;
        if (is_followed) {
            by_output_.fill(unknown_route);
        }
    }
    [[nodiscard]] bool is_followed() const noexcept { return is_followed_; }
    // The first route that leads to an output counts.
    void add(std::uint16_t route, std::span<const std::uint16_t> outputs) noexcept {
        for (std::size_t i = 0; is_followed_ && i < outputs.size(); ++i) {
            std::uint16_t& by = by_output_[outputs[i]];
            by = by == unknown_route ? route : by;
        }
    }
    // unknown_route: not known. Bounds: output < outputs_max.
    [[nodiscard]] std::uint16_t of(std::uint16_t output) const noexcept {
        return is_followed_ ? by_output_[output] : unknown_route;
    }

private:
    std::array<std::uint16_t, outputs_max> by_output_{};
    bool is_followed_ = false;
};

} // namespace tactus::flow
