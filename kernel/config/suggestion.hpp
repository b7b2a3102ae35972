// SPDX-License-Identifier: MIT
// "Did you mean": the word that somebody most likely wanted to write. Called for unknown settings,
// sections, choices, types, schemes and names in routes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace tactus::config {

// Insertions, deletions, replacements and swaps of neighbours (Damerau-Levenshtein, each place
// touched once). Bounds: time and memory are the product of the lengths; words above 64 bytes are
// as far apart as they are long.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate at the smallest distance, the first of equals; empty where none is within 2 and
// within a third of the longer word. Capitals in `word` count as small letters.
[[nodiscard]] std::string_view suggestion(std::string_view word,
                                          std::span<const std::string_view> candidates);

// `did you mean "x"?`, or empty; never the word itself.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> candidates);

} // namespace tactus::config
