// SPDX-License-Identifier: MIT
#include "kernel/config/suggestion.hpp"

#include "kernel/config/text.hpp"

#include <algorithm>
#include <vector>

namespace tactus::config {
namespace {

constexpr std::size_t word_max = 64;
constexpr std::size_t distance_max = 2;

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    if (a.size() > word_max || b.size() > word_max) {
        return a == b ? 0 : std::max(a.size(), b.size());
    }
    // Three rows of the usual table: two back (for swaps), one back, and the one being filled.
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

std::string_view suggestion(std::string_view written,
                            std::span<const std::string_view> candidates) {
    std::string word(written);
    std::transform(word.begin(), word.end(), word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    std::string_view best;
    std::size_t best_distance = distance_max + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        const std::size_t third = std::max(word.size(), candidate.size()) / 3;
        if (distance < best_distance && distance <= third) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const std::string_view best = suggestion(word, candidates);
    return best.empty() || best == word ? std::string() : "did you mean " + quoted(best) + "?";
}

} // namespace tactus::config
