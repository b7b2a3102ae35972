// SPDX-License-Identifier: MIT
#include "kernel/config/text.hpp"

#include <cstdio>

namespace tactus::config {

bool is_printable(code_point point) noexcept {
    const std::uint32_t c = point.value;
    const bool is_control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    const bool is_blank = c == 0xa0 || c == 0x1680 || c == 0x3000;
    const bool is_unseen = c == 0xad || c == 0x180e || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
    // Source: Unicode 15, General Punctuation: blanks, joiners, direction, separators, operators.
    const bool is_of_punctuation = (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
                                   (c >= 0x205f && c <= 0x206f);
    return point.is_valid && !is_control && !is_blank && !is_unseen && !is_of_punctuation;
}

std::string code_name(code_point point) {
    struct naming {
        std::uint32_t value;
        const char* name;
    };
    static constexpr naming names[] = {
        {0xa0, "a no-break space"},        {0xad, "a soft hyphen"},
        {0x200b, "a zero width space"},    {0x200c, "a zero width non-joiner"},
        {0x200d, "a zero width joiner"},   {0x2028, "a line separator"},
        {0x2029, "a paragraph separator"}, {0x202f, "a narrow no-break space"},
        {0x2060, "a word joiner"},         {0x3000, "an ideographic space"},
        {0xfeff, "a byte order mark"}};
    char code[16];
    std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(point.value));
    for (const naming& each : names) {
        if (each.value == point.value) {
            return std::string(code) + ", " + each.name;
        }
    }
    return code;
}

std::string escaped(std::string_view text, std::size_t max) {
    std::string out;
    for (std::size_t n = 0; !text.empty(); ++n) {
        if (n == max) {
            return out + "...";
        }
        const code_point point = first_code_point(text);
        char escape[16];
        if (is_printable(point)) {
            out += text.substr(0, point.size);
        } else if (point.value == '\n' || point.value == '\t' || point.value == '\r') {
            out += point.value == '\n' ? "\\n" : point.value == '\t' ? "\\t" : "\\r";
        } else {
            std::snprintf(escape, sizeof escape, point.value < 0x100 ? "\\x%02x" : "\\u%04x",
                          static_cast<unsigned>(point.value));
            out += escape;
        }
        text.remove_prefix(point.size);
    }
    return out;
}

std::string one_line(std::string_view text) {
    return escaped(text, text.size());
}

std::string escaped_lines(std::string_view text) {
    std::string out;
    for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        out += one_line(text.substr(0, end)) + "\n";
        text.remove_prefix(end + 1);
    }
    return out + one_line(text);
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    out += escaped(text);
    out += '"';
    return out;
}

std::string listed(std::span<const std::string_view> words, std::string_view last) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0 && i + 1 == words.size()) {
            out += ' ';
            out += last;
            out += ' ';
        } else if (i > 0) {
            out += ", ";
        }
        out += quoted(words[i]);
    }
    return out;
}

std::vector<std::string_view> words_of(const char* const* null_terminated) {
    std::vector<std::string_view> words;
    while (null_terminated != nullptr && *null_terminated != nullptr) {
        words.emplace_back(*null_terminated++);
    }
    return words;
}

std::string counted(std::size_t n, std::string_view what) {
    return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
}

} // namespace tactus::config
