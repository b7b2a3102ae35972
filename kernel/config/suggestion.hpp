// SPDX-License-Identifier: MIT
// "Did you mean": finds the word that was most likely intended. Called for unknown settings,
// sections, choices, types, schemes and names in routes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace tactus::config {

// Insertions, deletions, replacements and swaps of neighbours (Damerau-Levenshtein, each place
// touched once). Bounds: time and memory are the product of the lengths; for words above 64 bytes
// the distance is their length.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate at the smallest distance, the first of equals; empty if none is within 2 and within
// a third of the longer word. Upper case in `word` counts as lower case.
[[nodiscard]] std::string_view suggestion(std::string_view word,
                                          std::span<const std::string_view> candidates);

// `did you mean "x"?`, or empty; never the word itself.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> candidates);

} // namespace tactus::config
