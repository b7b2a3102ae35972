// SPDX-License-Identifier: MIT
// All outputs, by number. One that was removed keeps its place until its number is used again. Also
// tells when a port of any of them has changed. Threads: loop.
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
        return put(static_cast<std::uint16_t>(outputs_.size()), settings);
    }
    // A new output of that number. Bounds: size(), or that of a removed one. Allocates.
    output& put(std::uint16_t number, const output_settings& settings) {
        TACTUS_ASSERT(number == size() || outputs_.at(number)->is_removed);
        outputs_.resize(std::max(size(), number + std::size_t{1}));
        outputs_[number] = std::make_unique<output>(number, settings);
        outputs_[number]->ports.count_changes_in(port_changes_);
        return *outputs_[number];
    }

    [[nodiscard]] const output& at(std::uint16_t number) const noexcept {
        TACTUS_ASSERT(number < outputs_.size());
        return *outputs_[number];
    }
    // Bounds: number < size().
    [[nodiscard]] output& operator[](std::uint16_t number) noexcept { return *outputs_[number]; }
    [[nodiscard]] std::size_t size() const noexcept { return outputs_.size(); }
    [[nodiscard]] bool is_there(std::size_t number) const noexcept {
        return number < size() && !outputs_[number]->is_removed;
    }
    // Calls use(output&) for each that is there.
    template <class Use>
    void for_each(Use&& use) {
        for (const std::unique_ptr<output>& each : outputs_) {
            if (!each->is_removed) {
                use(*each);
            }
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
