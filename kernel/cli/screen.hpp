// SPDX-License-Identifier: MIT
// The layout of lines and figures on a terminal: lines scroll, the figures stay below them and are
// redrawn in place. Elsewhere all of it is plain lines. Pure: it returns bytes.
//
// The cursor rests on an empty line above the figures. A log line, which reaches the terminal
// independently, is therefore printed there, and the next frame begins below it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tactus::cli {

struct screen_style {
    bool is_interactive = false; // the cursor can be moved
    bool has_colour = false;
    std::size_t columns = 80;
};

// `lines` scroll away; `figures` are truncated to the screen's width, since they must not wrap.
[[nodiscard]] std::string frame(std::span<const std::string> lines,
                                std::span<const std::string> figures, const screen_style& style);

// True for a terminal unless the user objects: https://no-color.org. Reads the environment.
[[nodiscard]] bool wants_colour(bool is_interactive);

} // namespace tactus::cli
