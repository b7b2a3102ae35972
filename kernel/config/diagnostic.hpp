// SPDX-License-Identifier: MIT
// An error in a configuration and its position: collected while its files are read, then sorted and
// shown together. Warnings are also shown and stop nothing.
//
//   gallery.toml:24:1: error: unknown setting "latancy" in input "desk" (type osc)
//      24 | latancy = "10ms"
//         | ^^^^^^^ did you mean "latency"?
//      help: settings here: name, type, restart, rate, latency
#pragma once

#include "kernel/base/file_stamp.hpp"
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

namespace tactus::config {

// Counted from 1, columns in code points. Line 0: no place in the source.
struct position {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t source = 0; // the index of its file, or of its argument of the command line

    friend bool operator==(const position&, const position&) = default;
    friend bool operator<(const position& a, const position& b) noexcept {
        return std::tie(a.source, a.line, a.column) < std::tie(b.source, b.line, b.column);
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

// A file as it was read, or an argument of `--set`. Secrets in `text` are overwritten as soon as
// they are recognised.
struct source_text {
    std::string path; // argument_path for an argument
    std::string text;
    base::file_stamp stamp = {}; // of the file, as it was read
};
inline constexpr const char* argument_path = "--set";
inline constexpr std::size_t path_shown_max = 4096; // code points

// The most diagnostics that one rendering shows; the rest is counted.
inline constexpr std::size_t diagnostics_shown_max = 100;

// GNU form with the line quoted, in the order given, and a last line with the counts; after errors
// it ends in `consequence` ("nothing was started"), if any. Empty if there are no diagnostics.
// Bounds: each position's source is an index of `sources`.
[[nodiscard]] std::string render(std::span<const diagnostic> found,
                                 std::span<const source_text> sources,
                                 std::string_view consequence);

// One JSON object:
// {"file":...,"errors":n,"warnings":n,"found":[{"file":...,"line":...,"column":...,"level":...,
// "message":...,"hint":...,"help":...}]}; the first "file" is the first source. All of them,
// without a line end.
[[nodiscard]] std::string render_json(std::span<const diagnostic> found,
                                      std::span<const source_text> sources);

} // namespace tactus::config
