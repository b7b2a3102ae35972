// SPDX-License-Identifier: MIT
// The result of the method `panic` as plain values, for clients. config/control.md describes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

// Where notes could not be ended.
struct not_ended {
    std::string output;
    std::uint64_t notes_and_pedals = 0;
    std::string why; // and what ends them, in sentences
};

// Empty if all were ended, also if it is not JSON.
[[nodiscard]] std::vector<not_ended> read_panic(std::string_view json);

} // namespace tactus::control
