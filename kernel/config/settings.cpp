// SPDX-License-Identifier: MIT
#include "kernel/config/settings.hpp"

#include <algorithm>
#include <utility>

namespace tactus::config {
namespace {

bool is_routed(const settings& all, std::vector<std::uint16_t> route_settings::*ends,
               std::uint16_t index) {
    return std::any_of(all.routes.begin(), all.routes.end(), [&](const route_settings& route) {
        return std::count((route.*ends).begin(), (route.*ends).end(), index) > 0;
    });
}

// Moves each to its number; the numbers between them are vacant.
template <class Instance>
void place(std::vector<Instance>& all, std::span<const std::uint16_t> numbers) {
    std::vector<Instance> placed;
    for (std::size_t i = 0; i < all.size(); ++i) {
        placed.resize(std::max(placed.size(), numbers[i] + std::size_t{1}));
        placed[numbers[i]] = std::move(all[i]);
    }
    all = std::move(placed);
}

void replace(std::vector<std::uint16_t>& ends, std::span<const std::uint16_t> numbers) {
    for (std::uint16_t& each : ends) {
        each = numbers[each];
    }
}

} // namespace

void renumber(settings& all, std::span<const std::uint16_t> inputs,
              std::span<const std::uint16_t> outputs) {
    place(all.inputs, inputs);
    place(all.outputs, outputs);
    for (route_settings& route : all.routes) {
        replace(route.inputs, inputs);
        replace(route.outputs, outputs);
    }
}

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
