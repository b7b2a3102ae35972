// SPDX-License-Identifier: MIT
// How many inputs and outputs the flow can have. Their numbers are below these. A configuration has
// the same limits (config/settings.hpp).
#pragma once

#include <cstddef>

namespace tactus::flow {

inline constexpr std::size_t inputs_max = 256;
inline constexpr std::size_t outputs_max = 256;

} // namespace tactus::flow
