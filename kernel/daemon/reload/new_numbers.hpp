// SPDX-License-Identifier: MIT
// The numbers of a file's inputs and outputs in the flow, in the order of the file, while a reload
// may still come to nothing: their present numbers, and new ones. The new ones are given back at
// the end unless they are kept. Threads: loop.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/difference.hpp"
#include "kernel/daemon/instance_set.hpp"

#include <cstdint>
#include <vector>

namespace tactus::daemon {

class new_numbers {
public:
    explicit new_numbers(instance_set& in) noexcept : in_(in) {}
    new_numbers(const new_numbers&) = delete;
    new_numbers& operator=(const new_numbers&) = delete;
    ~new_numbers() {
        for (const std::uint16_t each : new_outputs_) {
            in_.return_output(each);
        }
        for (const std::uint16_t each : new_inputs_) {
            in_.return_input(each);
        }
    }

    // Also sets config::instance_change::before of the inputs and outputs that are opened. Errors:
    // limit.
    [[nodiscard]] result<void> find(const config::settings& file, config::difference& found) {
        for (config::instance_change& each : found.outputs) {
            if (each.what == config::change::opened) {
                const auto number = in_.number_output(file.outputs[each.after], file);
                if (!number) {
                    return unexpected<error>(number.error());
                }
                each.before = *number;
                new_outputs_.push_back(*number);
            }
            outputs.push_back(each.before);
        }
        for (config::instance_change& each : found.inputs) {
            if (each.what == config::change::opened) {
                const auto number = in_.number_input(file.inputs[each.after]);
                if (!number) {
                    return unexpected<error>(number.error());
                }
                each.before = *number;
                new_inputs_.push_back(*number);
            }
            inputs.push_back(each.before);
        }
        return {};
    }
    void keep() noexcept {
        new_inputs_.clear();
        new_outputs_.clear();
    }

    std::vector<std::uint16_t> inputs;
    std::vector<std::uint16_t> outputs;

private:
    instance_set& in_;
    std::vector<std::uint16_t> new_inputs_;
    std::vector<std::uint16_t> new_outputs_;
};

} // namespace tactus::daemon
