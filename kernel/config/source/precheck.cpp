// SPDX-License-Identifier: MIT
// A scanner that knows just enough TOML to tell what is in quotes or in a comment:
//
//   plain --#--> comment, --"--> basic, --'--> literal,
//         --"""--> basic block, --'''--> literal block
//
// A line break ends all but the blocks; if that is an error, the parser reports it.
#include "kernel/config/source/precheck.hpp"

#include "kernel/config/source/document.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

namespace tactus::config {
namespace {

enum class scan { plain, comment, basic, literal, basic_block, literal_block };

class scanner {
public:
    explicit scanner(std::string_view text) : text_(text) {}

    std::optional<diagnostic> run() {
        while (at_ < text_.size()) {
            const code_point point = first_code_point(text_.substr(at_));
            if (std::optional<diagnostic> wrong = refuse(point)) {
                return wrong;
            }
            step(point);
        }
        return std::nullopt;
    }

private:
    std::optional<diagnostic> refuse(code_point point) const {
        const std::uint32_t c = point.value;
        if (!point.is_valid) {
            return wrong("this is not UTF-8 text: byte " + escaped(text_.substr(at_, 1)), {},
                         "save the file as UTF-8");
        }
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
            return wrong("unexpected control character: " + escaped(text_.substr(at_, 1)), {},
                         c == 0 ? "delete it; no setting accepts a NUL character"
                                : "delete it, or write it as \\u00XX in double quotes");
        }
        if (at_ - line_start_ >= line_size_max && c != '\n' && c != '\r') {
            return wrong("this line has more than 4096 bytes", {},
                         "a list in brackets may continue on the next line");
        }
        if (c == '.' && state_ == scan::plain && dots_ == key_parts_max - 1) {
            return wrong("this key has more than 32 parts", {}, "no setting is nested that deeply");
        }
        if ((c == '"' || c == '\'') && state_ == scan::plain && !may_open()) {
            return wrong("a quote cannot follow a value or a key that is not in quotes",
                         "put all of it in quotes");
        }
        if (c >= 0x80 && state_ == scan::plain) {
            return refuse_bare(point);
        }
        // Text that is compared with other text never contains these intentionally.
        if ((c == 0xfeff || c == 0x200b || c == 0x2060) && state_ != scan::comment) {
            return wrong("this text contains " + code_name(point) + ", which is invisible",
                         "delete it",
                         "if it is intended, write it in double quotes as \\u" + digits(c));
        }
        return std::nullopt;
    }

    std::optional<diagnostic> refuse_bare(code_point point) const {
        const std::uint32_t c = point.value;
        const bool is_quote = (c >= 0x2018 && c <= 0x201f) || c == 0xab || c == 0xbb;
        const bool is_blank = c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
                              c == 0x202f || c == 0x205f || c == 0x3000;
        const std::string what =
            is_printable(point) ? quoted(text_.substr(at_, point.size)) : code_name(point) + ",";
        return wrong("unexpected " + what + " outside quotes and comments",
                     is_quote              ? "write plain quotes: \""
                     : is_blank            ? "write a plain space"
                     : is_printable(point) ? "put texts, and keys with such characters, in quotes"
                                           : "delete it; this character is invisible");
    }

    static std::string digits(std::uint32_t c) {
        char text[16];
        std::snprintf(text, sizeof text, "%04x", static_cast<unsigned>(c));
        return text;
    }

    // toml++ looks ahead over bare values; therefore a quote inside one would not hide the text
    // after it.
    bool may_open() const {
        constexpr std::string_view before = " \t\r\n=[{,.\"'";
        return at_ == 0 || before.find(text_[at_ - 1]) != before.npos;
    }

    std::optional<diagnostic> wrong(std::string message, std::string hint,
                                    std::string help = {}) const {
        return diagnostic{place_, std::move(message), std::move(hint), std::move(help)};
    }

    void step(code_point point) {
        const char c = point.size == 1 ? text_[at_] : '\0';
        const bool is_escape = c == '\\' && (state_ == scan::basic || state_ == scan::basic_block);
        if (c == '"' || c == '\'') {
            step_quote(c);
            return;
        }
        if (state_ == scan::plain) {
            count_parts(c);
            state_ = c == '#' ? scan::comment : scan::plain;
        }
        advance(point.size);
        if (c == '\n') {
            const bool is_block = state_ == scan::basic_block || state_ == scan::literal_block;
            state_ = is_block ? state_ : scan::plain;
            line_start_ = at_;
            place_ = {place_.line + 1, 1};
        } else if (is_escape && (text_.substr(at_, 1) == "\"" || text_.substr(at_, 1) == "\\")) {
            advance(1);
        }
    }

    // Characters allowed between the parts of a key do not change the count; others restart it.
    void count_parts(char c) {
        if (c == '.') {
            ++dots_;
        } else if (std::string_view("=[]{},\n").find(c) != std::string_view::npos) {
            dots_ = 0;
        }
    }

    void step_quote(char quote) {
        const scan line = quote == '"' ? scan::basic : scan::literal;
        const scan block = quote == '"' ? scan::basic_block : scan::literal_block;
        const std::size_t end = std::min(text_.find_first_not_of(quote, at_), text_.size());
        const std::size_t run = end - at_;
        std::size_t taken = 1;
        if (state_ == scan::plain) {
            state_ = run >= 3 ? block : line;
            taken = run >= 3 ? 3 : 1;
        } else if (state_ == line) {
            state_ = scan::plain;
        } else if (state_ == block && run >= 3) {
            state_ = scan::plain;
            taken = std::min<std::size_t>(run, 5); // up to two quotes of the text, then the end
        }
        for (std::size_t i = 0; i < taken; ++i) {
            advance(1);
        }
    }

    void advance(std::size_t bytes) {
        at_ += bytes;
        ++place_.column;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    std::size_t dots_ = 0; // of the key or value being read
    position place_{1, 1};
    scan state_ = scan::plain;
};

} // namespace

std::optional<diagnostic> precheck(std::string_view text) {
    if (text.size() > file_size_max) {
        return diagnostic{
            {}, "the file has more than 1 MiB (1048576 bytes), the limit of a configuration"};
    }
    return scanner(text).run();
}

} // namespace tactus::config
