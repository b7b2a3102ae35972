// SPDX-License-Identifier: MIT
// What belongs to the whole process, and a plugin must leave alone: what signals do and whether
// they are blocked, the umask, the working folder, the locale, the standard descriptors.
// process_state_linux.cpp.
#pragma once

#include <span>
#include <string>

namespace tactus::checker {

// A line for each of it, "NAME=VALUE". `signals`: those whose action counts.
[[nodiscard]] std::string process_text(std::span<const int> signals);

// The name in the first line that differs. Bounds: one does.
[[nodiscard]] std::string changed(const std::string& before, const std::string& after);

} // namespace tactus::checker
