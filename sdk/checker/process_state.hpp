// SPDX-License-Identifier: MIT
// The state of the whole process or of the loop that a plugin must not change: the actions and the
// mask of signals, the stack for them, the loop's name, the umask, the working folder, the locale,
// the standard descriptors, timers, limits, the environment, how numbers are rounded, the user and
// group. process_state_linux.cpp.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace tactus::checker {

// A line for each item, "NAME=VALUE". `signals`: those whose action counts. Descriptors of others,
// too.
[[nodiscard]] std::string process_text(std::span<const int> signals,
                                       std::span<const int> descriptors = {});

// Opens descriptors of others, which a plugin must leave alone, here and there.
[[nodiscard]] std::vector<int> open_canaries();

// Whether a process that this one has started runs, or was not waited for.
[[nodiscard]] bool has_children();

// The name in the first line that differs. Bounds: one does.
[[nodiscard]] std::string changed(const std::string& before, const std::string& after);

} // namespace tactus::checker
