// SPDX-License-Identifier: MIT
#include "kernel/config/routes/same_routes.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace tactus::config {
namespace {

// The key of a route, and the places of the routes with that key, the first one last.
using places = std::unordered_map<std::string, std::vector<std::size_t>>;

// A name has no space.
std::string key_of(const route_settings& of) {
    return of.name.empty() ? "route " + of.text : of.name;
}

} // namespace

std::vector<std::optional<std::size_t>> find_same_routes(const std::vector<route_settings>& running,
                                                         const std::vector<route_settings>& file) {
    places known;
    for (std::size_t i = running.size(); i > 0; --i) {
        known[key_of(running[i - 1])].push_back(i - 1);
    }
    std::vector<std::optional<std::size_t>> same(file.size());
    std::vector<bool> is_taken(running.size());
    for (std::size_t i = 0; i < file.size(); ++i) {
        const auto found = known.find(key_of(file[i]));
        if (found != known.end() && !found->second.empty()) {
            same[i] = found->second.back();
            is_taken[*same[i]] = true;
            found->second.pop_back();
        }
    }
    for (std::size_t i = 0; i < std::min(file.size(), running.size()); ++i) {
        const bool has_no_name = file[i].name.empty() && running[i].name.empty();
        if (!same[i] && has_no_name && !is_taken[i]) {
            same[i] = i;
        }
    }
    return same;
}

} // namespace tactus::config
