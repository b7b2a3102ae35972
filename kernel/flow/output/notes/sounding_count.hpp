// SPDX-License-Identifier: MIT
// How many notes and pedals sound at the outputs. Changes nothing, except that it first takes in
// the reports of the workers. Threads: loop.
#pragma once

#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/output_table.hpp"

#include <cstddef>
#include <cstdint>

namespace tactus::flow {

class sounding_count {
public:
    // Both must outlive it.
    sounding_count(output_table& outputs, output_account& account) noexcept
        : outputs_(outputs), account_(account) {}

    // In all outputs, also at ports that are down.
    [[nodiscard]] std::size_t total() const noexcept;
    // The same of one output.
    [[nodiscard]] std::size_t at(std::uint16_t output) const noexcept;
    // Those at ports that are down, or without a sink: no panic reaches them.
    [[nodiscard]] std::size_t out_of_reach(std::uint16_t output) const;
    // Those that may sound, at ports that are down and in doubt too.
    [[nodiscard]] std::size_t possible(std::uint16_t output) const;
    // Whether one was begun there and not ended, for certain.
    [[nodiscard]] bool is_certain(std::uint16_t output) const noexcept;
    // How many messages silencer::silence() would send.
    [[nodiscard]] std::size_t to_end(std::uint16_t output) const noexcept;

private:
    output_table& outputs_;
    output_account& account_;
};

} // namespace tactus::flow
