// SPDX-License-Identifier: MIT
// All outputs, by number; none is ever removed. Also tells when a port of any of them has changed.
// Threads: loop.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/flow/output/output.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace tactus::flow {

class output_table {
public:
    output_table() = default;
    output_table(const output_table&) = delete; // its outputs count their changes in it
    output_table& operator=(const output_table&) = delete;

    // Its number is size(). Allocates.
    output& add(const output_settings& settings) {
        outputs_.push_back(
            std::make_unique<output>(static_cast<std::uint16_t>(outputs_.size()), settings));
        outputs_.back()->ports.count_changes_in(port_changes_);
        return *outputs_.back();
    }

    [[nodiscard]] const output& at(std::uint16_t number) const noexcept {
        TACTUS_ASSERT(number < outputs_.size());
        return *outputs_[number];
    }
    // Bounds: number < size().
    [[nodiscard]] output& operator[](std::uint16_t number) noexcept { return *outputs_[number]; }
    [[nodiscard]] std::size_t size() const noexcept { return outputs_.size(); }
    // Calls use(output&) for each.
    template <class Use>
    void for_each(Use&& use) {
        for (const std::unique_ptr<output>& each : outputs_) {
            use(*each);
        }
    }

    // Whether any output has a port of exactly that key or name.
    [[nodiscard]] bool has_port(std::string_view name) const noexcept {
        return std::any_of(outputs_.begin(), outputs_.end(),
                           [name](const auto& each) { return each->ports.has(name); });
    }
    // Changes whenever a port of any output has come, gone or changed.
    [[nodiscard]] std::uint64_t port_changes() const noexcept { return port_changes_; }
    // Deliveries that all outputs dropped; evictions are in the queue's own count.
    [[nodiscard]] std::uint64_t dropped() const noexcept {
        std::uint64_t sum = 0;
        for (const std::unique_ptr<output>& each : outputs_) {
            sum += each->ledger.dropped_by.total();
        }
        return sum;
    }

private:
    std::vector<std::unique_ptr<output>> outputs_; // observers keep references to them
    std::uint64_t port_changes_ = 0;
};

} // namespace tactus::flow
