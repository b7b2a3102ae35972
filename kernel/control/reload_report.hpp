// SPDX-License-Identifier: MIT
// The result of the method `reload` as plain values, for clients. config/control.md describes it.
#pragma once

#include "kernel/control/status_report.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

struct reload_report {
    bool is_dry = false;
    std::string file;
    std::vector<std::string> kept;
    std::vector<std::string> changed;
    std::vector<std::string> restarted;
    std::vector<std::string> opened;
    std::vector<std::string> closed;
    std::vector<std::string> sections;
    bool has_new_routes = false;
    std::vector<shortfall> down; // begun, but not up
    std::uint64_t errors = 0;
    std::uint64_t warnings = 0;
};

// Members that are absent keep their defaults, also if it is not JSON.
[[nodiscard]] reload_report read_reload(std::string_view json);

} // namespace tactus::control
