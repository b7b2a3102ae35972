// SPDX-License-Identifier: MIT
// A document as its tests see it: its fenced blocks, and what the HTML comment in the line before a
// block says of it:
//   <!-- not run: REASON -->    for `text`: a drawing, or a transcript that something else checks
//   <!-- while: COMMAND -->     for `sh` and `console`: COMMAND runs beside the block. A `tactus
//                               run` is waited for until it runs
//   <!-- run by: CASE -->       for `sh` and `console` that need a booted machine, or one of their
//                               own: CASE, a file of tests/lab/cases or tests/packaging, runs
//                               them there, line by line
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace tactus::docs {

struct block {
    std::string path;     // of the document, from the repository's root
    std::size_t line = 0; // of the opening fence
    std::string language; // empty: none is given
    std::string text;     // without the fences
    std::string not_run;  // the reason; empty: none is given
    std::string beside;   // the command of `while`; empty: none
    std::string run_by;   // the case that runs it; empty: none
    bool is_open = false; // the document ends inside
};

/// `path:line`, which editors jump to.
[[nodiscard]] std::string where(const block& each);

[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);
[[nodiscard]] std::string contents_of(const std::filesystem::path& file);
[[nodiscard]] std::string trimmed(const std::string& text);

[[nodiscard]] std::vector<block> blocks_of(const std::string& path, const std::string& text);

/// The paths of all documents of a tree, sorted; what is built and hidden is left out.
[[nodiscard]] std::vector<std::string> documents_below(const std::filesystem::path& root);

} // namespace tactus::docs
