// SPDX-License-Identifier: MIT
// Splits an expression into tokens. A part of expression_compiler.cpp.
#pragma once

#include "kernel/flow/route/translate/event_scope.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tactus::flow {

struct token {
    enum class kind { end, number, text, variable, word, sign, wrong };
    kind what = kind::end;
    std::size_t offset = 0;
    std::string_view text; // as written
    double number = 0;
    bool is_whole = false;
    variable named;
    std::string complaint; // for wrong
    std::string hint;
};

class expression_lexer {
public:
    static constexpr std::size_t argument_max = 65'535; // more than a packet holds

    // Bounds: the text outlives the lexer and its tokens.
    explicit expression_lexer(std::string_view text) : text_(text) {}

    [[nodiscard]] token next();

private:
    [[nodiscard]] token number();
    [[nodiscard]] token text();
    [[nodiscard]] token variable();
    [[nodiscard]] token sign();
    [[nodiscard]] token made(token::kind what, std::size_t size);
    [[nodiscard]] token wrong(std::size_t size, std::string complaint, std::string hint = {});

    std::string_view text_;
    std::size_t at_ = 0;
};

[[nodiscard]] bool is_word_character(char c) noexcept; // a-z A-Z 0-9 _

// "$3", "$*1", "$name" at the front of a text: its length, 0 if there is none.
[[nodiscard]] std::size_t variable_size(std::string_view text) noexcept;
// Bounds: all of the text is a variable. Returns number 0 if the number is out of range.
[[nodiscard]] variable variable_of(std::string_view text);

} // namespace tactus::flow
