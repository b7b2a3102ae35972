// SPDX-License-Identifier: MIT
// Names that say nothing. In the names of files and in identifiers; foreign ones, which stand after
// `std::`, are free. The word of container protocols, `data`, is free where it is called or
// reached through an object, as libraries in C demand.
#include "tests/tidy/checks.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace tactus::tidy {

namespace {

constexpr std::array<std::string_view, 7> empty_words{"manager", "util",    "utils", "utility",
                                                      "helper",  "helpers", "common"};
constexpr std::string_view word_of_containers = "data";

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

// The first empty word in a snake_case or PascalCase name; empty where there is none.
std::string find_empty_word(std::string_view name) {
    std::string words;
    for (const char c : name) {
        const bool begins = std::isupper(static_cast<unsigned char>(c)) != 0;
        const bool splits = std::isalnum(static_cast<unsigned char>(c)) == 0;
        words += begins && !words.empty() && std::islower(static_cast<unsigned char>(words.back()))
                     ? "_"
                     : "";
        words += splits ? '_' : c;
    }
    words = "_" + lower(words) + "_";
    for (const std::string_view word : empty_words) {
        if (words.find("_" + std::string(word) + "_") != std::string::npos) {
            return std::string(word);
        }
    }
    return {};
}

void check_name(const source_file& file, std::size_t line, std::size_t begin, std::size_t end,
                breaches& found) {
    const std::string_view code = file.code[line];
    const std::string_view name = code.substr(begin, end - begin);
    const std::string_view before = code.substr(0, begin);
    if (before.ends_with("std::")) {
        return;
    }
    const bool is_reached = before.ends_with('.') || before.ends_with("->") ||
                            before.ends_with("::") || code.substr(end).starts_with('(');
    const bool is_bare =
        name == word_of_containers || name == std::string(word_of_containers) + "_";
    const std::string word =
        is_bare && !is_reached ? std::string(word_of_containers) : find_empty_word(name);
    if (!word.empty()) {
        found.push_back({file.path, line + 1, "word", "\"" + word + "\" says nothing in a name"});
    }
}

void check_line(const source_file& file, std::size_t line, breaches& found) {
    const std::string& code = file.code[line];
    if (const auto begin = code.find_first_not_of(" \t");
        begin == std::string::npos || code.substr(begin).starts_with("#include")) {
        return;
    }
    for_each_word(code, [&](std::size_t begin, std::size_t end) {
        check_name(file, line, begin, end, found);
    });
}

// Written apart, so that this file keeps its own rule.
const std::array<std::string, 3> open_ends{std::string("TO") + "DO", std::string("FIX") + "ME",
                                           std::string("XX") + "X"};

void check_open_ends(const source_file& file, breaches& found) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        for (const std::string& mark : open_ends) {
            const std::string& line = file.lines[i];
            const std::size_t at = line.find(mark);
            if (at != std::string::npos && (at == 0 || !is_word(line[at - 1])) &&
                (at + mark.size() == line.size() || !is_word(line[at + mark.size()]))) {
                found.push_back({file.path, i + 1, "open-end",
                                 mark + ": do it, or say it in an "
                                        "issue"});
            }
        }
    }
}

} // namespace

void check_words(const source_file& file, breaches& found) {
    const std::string name = name_of(file);
    const std::string stem = name.substr(0, name.find('.'));
    const std::string word =
        stem == word_of_containers ? std::string(word_of_containers) : find_empty_word(stem);
    if (!word.empty()) {
        found.push_back({file.path, 1, "word", "\"" + word + "\" says nothing in a name"});
    }
    for (std::size_t i = 0; i < file.code.size(); ++i) {
        check_line(file, i, found);
    }
    if (file.kind != file_kind::markdown) {
        check_open_ends(file, found);
    }
}

} // namespace tactus::tidy
