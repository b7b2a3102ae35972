// SPDX-License-Identifier: MIT
#include "kernel/config/settings.hpp"

#include <algorithm>

namespace tactus::config {
namespace {

bool is_routed(const settings& all, std::vector<std::uint16_t> route_settings::*ends,
               std::uint16_t index) {
    return std::any_of(all.routes.begin(), all.routes.end(), [&](const route_settings& route) {
        return std::count((route.*ends).begin(), (route.*ends).end(), index) > 0;
    });
}

} // namespace

std::string route_name(const settings& all, std::size_t index) {
    const std::string& own = all.routes[index].name;
    return own.empty() ? "route " + std::to_string(index + 1) : own;
}

bool is_output_needed(const settings& all, std::uint16_t index) {
    return is_routed(all, &route_settings::outputs, index);
}

bool is_input_needed(const settings& all, std::uint16_t index) {
    return !all.safety.panic_address.empty() || is_routed(all, &route_settings::inputs, index);
}

} // namespace tactus::config
