// SPDX-License-Identifier: MIT
// The most inputs and outputs of one flow; numbers below these bounds identify them.
#pragma once

#include <cstddef>

namespace tactus::flow {

inline constexpr std::size_t inputs_max = 256;
inline constexpr std::size_t outputs_max = 256;

} // namespace tactus::flow
