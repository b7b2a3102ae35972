// SPDX-License-Identifier: MIT
// The rules by which the tree is kept, one function each; check() runs them all. CONTRIBUTING.md
// gives the reasons. A breach names its file and line, so that an editor jumps there.
#pragma once

#include "tests/tidy/layer_rules.hpp"
#include "tests/tidy/source_file.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tactus::tidy {

inline constexpr std::size_t columns_max = 100;
inline constexpr std::size_t file_lines_max = 400;
inline constexpr std::size_t function_lines_max = 70;
inline constexpr std::size_t class_functions_max = 30;
inline constexpr std::size_t class_fields_max = 20;

struct breach {
    std::string path;
    std::size_t line;
    std::string rule;
    std::string text;
};
using breaches = std::vector<breach>;

// `path:line: rule: text`
[[nodiscard]] std::string to_string(const breach& each);

// check_includes.cpp. Rules: floor, only, home, linux-only, unknown-header, rooted.
void check_includes(const layer_rules& table, const std::vector<source_file>& tree,
                    breaches& found);
// check_layout.cpp. Rules: columns, file-length, function-length, license, pragma-once.
void check_layout(const source_file& file, breaches& found);
// check_classes.cpp. Rule: `class-size NAME FUNCTIONS FIELDS`; an exception with the same name and
// numbers that are not lower excuses it. For headers that are shipped or built into the program.
void check_classes(const source_file& file, const std::vector<exception>& exceptions,
                   breaches& found);
// check_words.cpp. Rules: word, open-end.
void check_words(const source_file& file, breaches& found);
// check_comments.cpp. Rule: comment.
void check_comments(const std::vector<source_file>& tree, breaches& found);
// check_documents.cpp. Rules: readme, link.
void check_documents(const std::filesystem::path& root, const std::vector<source_file>& tree,
                     breaches& found);

// All rules, less the exceptions; an exception that nothing needs is a breach of `exception`.
[[nodiscard]] breaches check(const std::filesystem::path& root, const layer_rules& table,
                             const std::vector<exception>& exceptions);

// What the code measures: medians, shares.
[[nodiscard]] std::string describe(const std::vector<source_file>& tree);

} // namespace tactus::tidy
