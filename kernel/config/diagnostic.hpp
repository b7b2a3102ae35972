// SPDX-License-Identifier: MIT
// An error in a configuration and its position: collected while a file is read, then sorted and
// shown together. Warnings are also shown and stop nothing.
//
//   gallery.toml:24:1: error: unknown setting "latancy" in input "desk" (type osc)
//      24 | latancy = "10ms"
//         | ^^^^^^^ did you mean "latency"?
//      help: settings here: name, type, restart, rate, latency
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tactus::config {

// Counted from 1, columns in code points. Line 0: no place in the file.
struct position {
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    friend bool operator==(const position&, const position&) = default;
    friend bool operator<(const position& a, const position& b) noexcept {
        return a.line != b.line ? a.line < b.line : a.column < b.column;
    }
};

enum class severity { error, warning };

// An error, before its position is known.
struct complaint {
    std::string message;   // a sentence without its full stop
    std::string hint = {}; // short, shown next to the carets: what to write instead
    std::string help = {}; // a line of its own: what to do
};

struct diagnostic {
    position where;
    std::string message;
    std::string hint = {};
    std::string help = {};
    std::uint32_t length = 1; // carets
    severity level = severity::error;
};

// A file as it was read. Secrets in `text` are overwritten as soon as they are recognised.
struct source_text {
    std::string path;
    std::string text;
};

// The most diagnostics that one rendering shows; the rest is counted.
inline constexpr std::size_t diagnostics_shown_max = 100;

// GNU form with the line quoted, in the order given, and a last line with the counts; after errors
// it ends in `consequence` ("nothing was started"). Empty if there are no diagnostics.
[[nodiscard]] std::string render(std::span<const diagnostic> found, const source_text& source,
                                 std::string_view consequence);

// One JSON object:
// {"file":...,"errors":n,"warnings":n,"found":[{"line":...,"column":...,"level":...,
// "message":...,"hint":...,"help":...}]}. All of them, without a line end.
[[nodiscard]] std::string render_json(std::span<const diagnostic> found, const source_text& source);

} // namespace tactus::config
