// SPDX-License-Identifier: MIT
// `--` ends the options: all words after it are arguments, even if they begin with a dash.
// CLI11 (2.1.2) forgets that where a command could do without further arguments. Therefore these
// words are marked before it parses them, with a byte that no word can have. Uses CLI11, as cli.cpp
// does.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tactus::cli {

// The words of argv without the program, as CLI11 wants them: the last one first. Behind the first
// `--`, which is left out, they are marked; not if it stands before the command.
[[nodiscard]] std::vector<std::string> marked_words(int argc, char** argv);
// The mark is taken off what the options and arguments of all commands get.
void unmark(CLI::App& app);
// The same for one word.
[[nodiscard]] std::string unmarked(std::string_view word);

} // namespace tactus::cli
