// SPDX-License-Identifier: MIT
// A comment names only what is there. Looked at: words with an underscore, and words with () behind
// them, in the comments of what is shipped. A word is there where code of the tree, a literal, a
// script or a build file has it; `TACTUS_FD_`, the beginning of names, where one begins so.
#include "tests/tidy/checks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

namespace tactus::tidy {

namespace {

// Of the system and of other people's libraries, named to say why something is as it is.
constexpr std::array<std::string_view, 19> foreign_words{"CLOCK_MONOTONIC_RAW",
                                                         "SND_RAWMIDI_APPEND",
                                                         "STB_GNU_UNIQUE",
                                                         "seq_cst",
                                                         "seq_midi",
                                                         "seq_virmidi",
                                                         "snake_case",
                                                         "snd_seq_event",
                                                         "uv_async",
                                                         "uv_timer",
                                                         "snd_seq_event_dup",
                                                         "source_location",
                                                         "uv_queue_work",
                                                         "uv_udp_t",
                                                         "EAI_NONAME",
                                                         "uv_poll",
                                                         "uv_tcp",
                                                         "uv_async_send",
                                                         "snd_rawmidi_kernel_write1"};

// Where the comment of a line begins: behind its last character of code. A line of a raw literal
// has none.
std::size_t comment_begin(const source_file& file, std::size_t line) noexcept {
    const std::size_t last = file.code[line].find_last_not_of(" \t");
    const bool is_all = last == std::string::npos;
    return is_all && !file.is_commentary[line] ? file.lines[line].size() : is_all ? 0 : last + 1;
}

std::set<std::string, std::less<>> words_of(const std::vector<source_file>& tree) {
    std::set<std::string, std::less<>> all(foreign_words.begin(), foreign_words.end());
    for (const source_file& file : tree) {
        if (file.kind == file_kind::markdown) {
            continue;
        }
        for_each_word(file.path, [&](std::size_t begin, std::size_t end) {
            all.emplace(file.path.substr(begin, end - begin));
        });
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::size_t size = is_code(file) ? comment_begin(file, i) : file.lines[i].size();
            const std::string_view text = std::string_view(file.lines[i]).substr(0, size);
            for_each_word(text, [&](std::size_t begin, std::size_t end) {
                all.emplace(text.substr(begin, end - begin));
            });
        }
    }
    return all;
}

bool is_known(const std::set<std::string, std::less<>>& words, std::string_view word) {
    const auto found = words.lower_bound(word);
    return found != words.end() &&
           (*found == word || (word.ends_with('_') && found->starts_with(word)));
}

// Not a part of a path, a number or a format: net/ipv4_x, 1_000, %s_x.
bool is_name(std::string_view text, std::size_t begin, std::size_t end) {
    const std::string_view word = text.substr(begin, end - begin);
    const bool is_call = text.substr(end).starts_with("()");
    const char before = begin == 0 ? ' ' : text[begin - 1];
    return std::isalpha(static_cast<unsigned char>(word.front())) != 0 &&
           (is_call || word.find('_') != std::string_view::npos) &&
           std::string_view("/.%-").find(before) == std::string_view::npos;
}

} // namespace

void check_comments(const std::vector<source_file>& tree, breaches& found) {
    const std::set<std::string, std::less<>> words = words_of(tree);
    for (const source_file& file : tree) {
        const bool is_shipped = is_below(file.path, "kernel") || is_below(file.path, "plugins") ||
                                is_below(file.path, "sdk");
        for (std::size_t i = 0; is_code(file) && is_shipped && i < file.lines.size(); ++i) {
            const std::string_view text =
                std::string_view(file.lines[i]).substr(comment_begin(file, i));
            for_each_word(text, [&](std::size_t begin, std::size_t end) {
                const std::string word(text.substr(begin, end - begin));
                if (is_name(text, begin, end) && !is_known(words, word)) {
                    found.push_back(
                        {file.path, i + 1, "comment",
                         "\"" + word + "\" is nowhere in the tree; name what is there"});
                }
            });
        }
    }
}

} // namespace tactus::tidy
