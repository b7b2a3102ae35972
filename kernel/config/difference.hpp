// SPDX-License-Identifier: MIT
// The steps of a reload from the settings that run to those of a file: input by input and
// output by output, by name. Also what a running daemon cannot change. Pure: it touches nothing.
#pragma once

#include "kernel/config/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tactus::config {

// The step for an input or output of the file.
enum class change : std::uint8_t {
    kept,      // nothing about it is new
    adjusted,  // what the daemon itself does for it is new; its plugin goes on undisturbed
    restarted, // its plugin must begin anew
    opened,    // it is new, or has another type than before
};

struct instance_change {
    change what = change::kept;
    std::uint16_t before = 0; // its number in the settings that run; not for `opened`
    std::uint16_t after = 0;  // in the file
};

struct difference {
    std::vector<instance_change> inputs; // of the file, in its order
    std::vector<instance_change> outputs;
    std::vector<std::uint16_t> closed_inputs; // numbers in the settings that run
    std::vector<std::uint16_t> closed_outputs;
    bool has_new_routes = false;       // or other inputs or outputs at their ends
    std::vector<std::string> sections; // "[time]": those that are new, in the order of help
    // A sentence for each new setting that needs a new start of the daemon. If there is any, the
    // whole reload must be refused.
    std::vector<std::string> refusals;

    [[nodiscard]] bool is_empty() const noexcept;
};

// Bounds: `file` passed all checks; `running` may have vacant numbers (settings.hpp).
[[nodiscard]] difference compare(const settings& running, const settings& file);

} // namespace tactus::config
