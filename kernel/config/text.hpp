// SPDX-License-Identifier: MIT
// Text from a file, made safe for a message: one line, no control characters, bounded length. All
// foreign text passes through here before it reaches a terminal or a log. Columns count code
// points, as toml++ and editors do.
#pragma once

#include <tactus/cpp/utf8.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

// The longest piece of foreign text in one message, in code points.
inline constexpr std::size_t foreign_text_max = 80;

// False for controls and direction marks, which could change what a terminal shows, and for
// invisible characters: blanks other than the plain one and those without a shape.
[[nodiscard]] bool is_printable(code_point point) noexcept;

// "U+FEFF, a byte order mark"; only the code if it has no name here.
[[nodiscard]] std::string code_name(code_point point);

// Unprintable characters as \n, \t, \x1b or \ufeff, truncated after `max` code points with "...".
[[nodiscard]] std::string escaped(std::string_view text, std::size_t max = foreign_text_max);
[[nodiscard]] std::string quoted(std::string_view text); // escaped, in double quotes
// All of it, in one line.
[[nodiscard]] std::string one_line(std::string_view text);
// All of it, in the lines that it has: only line feeds stay.
[[nodiscard]] std::string escaped_lines(std::string_view text);

// `"a", "b" or "c"`; `last` is the word before the last one.
[[nodiscard]] std::string listed(std::span<const std::string_view> words, std::string_view last);

// "1 error", "2 errors".
[[nodiscard]] std::string counted(std::size_t n, std::string_view what);

[[nodiscard]] std::vector<std::string_view> words_of(const char* const* null_terminated);

} // namespace tactus::config
