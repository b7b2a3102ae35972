// SPDX-License-Identifier: MIT
// Turns the parser's description of a syntax error into ours, and recognises common mistakes: a
// duration, a size or a word without quotes, True, a key set twice, [input] next to [[input]].
// Called by document.cpp only.
#pragma once

#include "kernel/config/diagnostic.hpp"

#include <string_view>

namespace tactus::config {

// `said`: the parser's description of the text that it found at `where`.
[[nodiscard]] diagnostic explain_syntax(std::string_view text, position where,
                                        std::string_view said);

} // namespace tactus::config
