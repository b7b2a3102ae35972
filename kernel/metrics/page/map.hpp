// SPDX-License-Identifier: MIT
// The map of the routes, as SVG: inputs at the left, routes in the middle, outputs at the right,
// lines between them with what goes along them in a second. It exists in two sizes, of which the
// style sheet shows one. Bounded: more nodes or lines than it draws are counted below it. Pure.
#pragma once

#include "kernel/metrics/page/view.hpp"

#include <cstddef>
#include <string>

namespace tactus::metrics::page {

inline constexpr std::size_t map_nodes_max = 64; // in a column
inline constexpr std::size_t map_lines_max = 400;

// Both sizes. Errors: std::bad_alloc.
void append_map(std::string& out, const view& of);

} // namespace tactus::metrics::page
