// SPDX-License-Identifier: MIT
// How lines and figures are laid out on a terminal: lines scroll, the figures stay below them and
// are drawn again in place. Elsewhere all of it is plain lines. Pure: it answers bytes.
//
// The cursor rests on an empty line above the figures. So a line of the log, which goes to the same
// terminal by another way, lands there, and the next frame begins below it.
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

// `lines` scroll away; `figures` are cut to the screen's width, since they must not wrap.
[[nodiscard]] std::string frame(std::span<const std::string> lines,
                                std::span<const std::string> figures, const screen_style& style);

// Where the terminal is one and nobody objects: https://no-color.org. Reads the environment.
[[nodiscard]] bool wants_colour(bool is_interactive);

} // namespace tactus::cli
