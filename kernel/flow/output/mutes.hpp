// SPDX-License-Identifier: MIT
// Deliveries that are not sent although they are due: those to outputs that the operator has muted,
// and those that were taken back while they waited. Everything passes that the kernel itself sends,
// that ends something, or that is MIDI real-time, which receivers count. Threads: loop.
#pragma once

#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/limits.hpp"
#include "kernel/flow/output/retractions.hpp"

#include <bitset>
#include <cstdint>
#include <optional>

namespace tactus::flow {

class mutes {
public:
    // Bounds: below outputs_max.
    void set_output(std::uint16_t output, bool is_muted) noexcept {
        outputs_.set(output, is_muted);
        look();
    }
    [[nodiscard]] bool has_output(std::uint16_t output) const noexcept { return outputs_[output]; }

    // As in retractions.
    void retract(const retraction& what, std::uint64_t before) {
        retracted_.add(what, before);
        look();
    }
    void clear_retractions() noexcept {
        retracted_.clear();
        look();
    }
    [[nodiscard]] bool has_retractions() const noexcept { return !retracted_.is_empty(); }
    [[nodiscard]] std::optional<dropped> retracted(const event_cell& cell,
                                                   std::uint64_t sequence) const noexcept {
        return retracted_.concern(cell, sequence);
    }

    // Why a delivery that is due is not sent, if it is not. The caller lets ends pass.
    [[nodiscard]] std::optional<dropped> concern(const event_cell& cell,
                                                 std::uint64_t sequence) const noexcept {
        if (!is_any_) {
            return std::nullopt;
        }
        const bool is_muted = outputs_[cell.output] && !is_kernels(cell) &&
                              (cell.flags & event_cell::is_real_time) == 0;
        return is_muted ? std::optional(dropped::muted) : retracted(cell, sequence);
    }

private:
    void look() noexcept { is_any_ = outputs_.any() || !retracted_.is_empty(); }

    std::bitset<outputs_max> outputs_;
    retractions retracted_;
    bool is_any_ = false;
};

} // namespace tactus::flow
