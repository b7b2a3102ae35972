// SPDX-License-Identifier: MIT
// What the TOML parser must not even see: bytes that are no text, endless lines, and characters
// beyond ASCII outside of quotes and comments. TOML refuses all of them; toml++ 3.3 runs into
// undefined behaviour on some (found by fuzzing), and typographic quotes deserve a better message.
// Called by document.cpp only.
#pragma once

#include "kernel/config/diagnostic.hpp"

#include <optional>
#include <string_view>

namespace tactus::config {

// The first thing wrong, or nothing. Bounds: one pass over the text.
[[nodiscard]] std::optional<diagnostic> precheck(std::string_view text);

} // namespace tactus::config
