// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/expression_lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tactus::flow {
namespace {

constexpr std::array<std::string_view, 8> long_signs = {
    "==", "!=", "<=", ">=", "??", "&&", "||", "**"};

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

std::size_t run_of(std::string_view text, bool (*belongs)(char) noexcept) noexcept {
    const auto end = std::find_if_not(text.begin(), text.end(), belongs);
    return static_cast<std::size_t>(end - text.begin());
}

} // namespace

bool is_word_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

std::size_t variable_size(std::string_view text) noexcept {
    if (text.size() < 2 || text[0] != '$') {
        return 0;
    }
    const bool is_capture = text[1] == '*';
    const std::size_t head = is_capture ? 2 : 1;
    const bool is_number = is_capture || is_digit(text[1]);
    const std::size_t size = run_of(text.substr(head), is_number ? &is_digit : &is_word_character);
    return size == 0 ? 0 : head + size;
}

variable variable_of(std::string_view text) {
    variable made;
    const bool is_capture = text[1] == '*';
    if (!is_capture && !is_digit(text[1])) {
        made.what = variable::kind::name;
        made.name = text.substr(1);
        made.field = field_of(made.name);
        return made;
    }
    made.what = is_capture ? variable::kind::capture : variable::kind::argument;
    const std::string_view digits = text.substr(is_capture ? 2 : 1);
    std::uint16_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const std::size_t max = is_capture ? codec::captures_max : expression_lexer::argument_max;
    made.number = read.ec == std::errc() && number <= max ? number : std::uint16_t{0};
    return made;
}

token expression_lexer::next() {
    at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size());
    if (at_ == text_.size()) {
        return made(token::kind::end, 0);
    }
    const char c = text_[at_];
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
        return number();
    }
    if (c == '\'') {
        return text();
    }
    if (c == '$') {
        return variable();
    }
    if (is_word_character(c)) {
        return made(token::kind::word, run_of(text_.substr(at_), &is_word_character));
    }
    return sign();
}

token expression_lexer::number() {
    double read = 0;
    const char* const first = text_.data() + at_;
    const auto end =
        std::from_chars(first, text_.data() + text_.size(), read, std::chars_format::fixed);
    const auto size = static_cast<std::size_t>(end.ptr - first);
    if (end.ec != std::errc() || !std::isfinite(read)) {
        return wrong(std::max<std::size_t>(size, 1), "this number is too large");
    }
    if (at_ + size < text_.size() && is_word_character(text_[at_ + size])) {
        const std::size_t all = size + run_of(text_.substr(at_ + size), &is_word_character);
        return wrong(all, "this is neither a number nor a name",
                     "write a * between a number and what it multiplies");
    }
    token one = made(token::kind::number, size);
    one.number = read;
    one.is_whole = one.text.find('.') == std::string_view::npos && read <= 2147483647.0;
    return one;
}

token expression_lexer::text() {
    const std::size_t end = text_.find('\'', at_ + 1);
    return end == std::string_view::npos
               ? wrong(text_.size() - at_, "this text is not closed; expected a second '")
               : made(token::kind::text, end + 1 - at_);
}

token expression_lexer::variable() {
    const std::size_t size = variable_size(text_.substr(at_));
    if (size == 0) {
        return wrong(1, "expected $1, $name or $*1 after $");
    }
    const flow::variable named = variable_of(text_.substr(at_, size));
    if (named.what != flow::variable::kind::name && named.number == 0) {
        return wrong(size, "arguments are counted from $1 to $" + std::to_string(argument_max) +
                               ", wildcards from $*1 to $*" + std::to_string(codec::captures_max));
    }
    token one = made(token::kind::variable, size);
    one.named = named;
    return one;
}

token expression_lexer::sign() {
    for (const std::string_view each : long_signs) {
        if (text_.substr(at_, 2) == each) {
            return made(token::kind::sign, 2);
        }
    }
    if (text_[at_] == '"') {
        return wrong(1, "a text must be in single quotes", "write '");
    }
    return made(token::kind::sign, 1);
}

token expression_lexer::made(token::kind what, std::size_t size) {
    token one;
    one.what = what;
    one.offset = at_;
    one.text = text_.substr(at_, size);
    at_ += size;
    return one;
}

token expression_lexer::wrong(std::size_t size, std::string complaint, std::string hint) {
    token one = made(token::kind::wrong, size);
    one.complaint = std::move(complaint);
    one.hint = std::move(hint);
    return one;
}

} // namespace tactus::flow
