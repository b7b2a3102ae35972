// SPDX-License-Identifier: MIT
// Appends text to HTML, so that foreign text stays text: in an element and in a quoted attribute.
// Pure. Threads: any. Errors: std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::metrics::page {

// A foreign text is cut after so many characters.
inline constexpr std::size_t text_characters_max = 300;

// Escapes & < > " '. Bytes that are no character become U+FFFD, and so do characters that
// control something (a change of the direction of writing); a line feed and a tab become a space.
void append_text(std::string& out, std::string_view text,
                 std::size_t characters_max = text_characters_max);
[[nodiscard]] std::string escaped(std::string_view text,
                                  std::size_t characters_max = text_characters_max);

// "12 345": with narrow spaces that do not break.
[[nodiscard]] std::string count_text(std::uint64_t count);
// "0", "0.4", "12.3", "1 234": a rate, without a unit.
[[nodiscard]] std::string rate_text(double per_s);
// "8 s", "4 min", "2 h 05 min", "3 d 4 h". Below 0 it is 0.
[[nodiscard]] std::string span_text(std::int64_t span_ns);
// "10 us" with the sign of micro, "1 ms".
[[nodiscard]] std::string bound_text(std::int64_t bound_ns);
// "2026-11-30 14:03:22", in the time zone of the machine.
[[nodiscard]] std::string moment_text(std::int64_t unix_ns);

} // namespace tactus::metrics::page
