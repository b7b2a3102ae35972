// SPDX-License-Identifier: MIT
// Which configured input or output an instance serves.
#pragma once

#include "kernel/base/log_line.hpp"
#include "kernel/net/stream_limits.hpp"

#include <cstdint>
#include <string>

namespace tactus::host {

enum class role : std::uint8_t { input, output };

struct instance_id {
    std::string name;
    role plays = role::input;
    std::uint16_t index = 0; // in ingress or dispatcher
    net::stream_limits streams = {};
    std::string type = {}; // of its plugin, as the configuration has it: osc, midi
    std::string file = {}; // of its plugin, if it is asked without a configuration

    // The text that names it to an operator whose process it ends or holds.
    [[nodiscard]] const std::string& shown() const noexcept { return file.empty() ? name : file; }
};

// Of the log lines about it: input=name or output=name.
[[nodiscard]] inline base::log_field name_field(const instance_id& of) {
    return base::kv(of.plays == role::input ? "input" : "output", of.name);
}
[[nodiscard]] inline base::log_field type_field(const instance_id& of) {
    return base::kv("type", of.type);
}

} // namespace tactus::host
