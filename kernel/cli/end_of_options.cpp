// SPDX-License-Identifier: MIT
#include "kernel/cli/end_of_options.hpp"

#include <algorithm>

namespace tactus::cli {
namespace {

constexpr char mark = '\0';

} // namespace

std::vector<std::string> marked_words(int argc, char** argv) {
    std::vector<std::string> words;
    bool is_behind = false;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (!is_behind && i > 1 && word == "--") {
            is_behind = true;
        } else {
            words.push_back(is_behind ? mark + word : word);
        }
    }
    std::reverse(words.begin(), words.end());
    return words;
}

void unmark(CLI::App& app) {
    for (CLI::Option* each : app.get_options()) {
        if (each->get_items_expected_max() > 0) { // no flag
            each->transform([](const std::string& word) { return unmarked(word); });
        }
    }
    for (CLI::App* each : app.get_subcommands(nullptr)) {
        unmark(*each);
    }
}

std::string unmarked(std::string_view word) {
    return std::string(word.substr(word.starts_with(mark) ? 1 : 0));
}

} // namespace tactus::cli
