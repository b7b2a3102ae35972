// SPDX-License-Identifier: MIT
// An expression of a route, compiled once into a flat program for a small stack: no loop, jump or
// allocation, so it costs at most instructions_max steps. Grammar and type rules:
// config/translation.md.
//
//   expression := default ["?" expression ":" expression]
//   default    := or {"??" or}                     what is missing is replaced
//   or         := and {"or" and}       and := not {"and" not}       not := "not" not | comparison
//   comparison := sum [("==" | "!=" | "<" | "<=" | ">" | ">=") sum]
//   sum        := product {("+" | "-") product}    product := sign {("*" | "/" | "%") sign}
//   sign       := "-" sign | number | 'text' | variable | name "(" list ")" | "(" expression ")"
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/flow/route/translate/event_scope.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::flow {

// An error in an expression, and its place in the text.
struct expression_error {
    std::size_t offset = 0;
    std::size_t length = 1;
    std::string message;
    std::string hint = {}; // what to write instead
};

class expression {
public:
    static constexpr std::size_t size_max = 512; // characters
    static constexpr std::size_t instructions_max = 128;
    static constexpr std::size_t stack_max = 16;
    static constexpr std::size_t nesting_max = 16;

    [[nodiscard]] static result<expression, expression_error> compile(std::string_view text);
    [[nodiscard]] static expression constant(double number, char tag);
    [[nodiscard]] static expression constant(std::string text);

    [[nodiscard]] value run(const event_scope& scope) const noexcept;

    // The variable that a fault concerns. Bounds: about > 0, of a fault of this expression.
    [[nodiscard]] const variable& about(std::uint16_t about) const {
        return variables_[about - 1U];
    }
    [[nodiscard]] const std::vector<variable>& variables() const noexcept { return variables_; }
    // The highest n of its $*n; 0 if there is none.
    [[nodiscard]] std::uint16_t captures() const noexcept;
    [[nodiscard]] bool is_constant() const noexcept { return variables_.empty(); }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    // Appends `number = scale(number, ...)`, or clamp; passing fewer or more numbers than the
    // function takes is a caller's error.
    void append(std::string_view function, std::span<const double> numbers);

private:
    friend class expression_compiler;

    enum class op : std::uint8_t {
        push_number, // number, tag
        push_text,   // index in texts_
        push_variable,
        negate,
        invert, // not
        add,
        subtract,
        multiply,
        divide,
        modulo,
        equal,
        unequal,
        less,
        less_equal,
        greater,
        greater_equal,
        both,
        either,
        otherwise, // ??
        choose,    // ?:
        call,      // index in the table of functions, number of arguments
    };
    struct instruction {
        op what;
        char tag = 'i';
        std::uint16_t index = 0;
        std::uint16_t count = 0;
        double number = 0;
    };
    // Enough for most expressions: less to set up for each event.
    static constexpr std::size_t shallow = 4;

    template <std::size_t Depth>
    [[nodiscard]] value run_on_stack(const event_scope& scope) const noexcept;
    void step(const instruction& each, const event_scope& scope, std::span<value> values,
              std::size_t& size) const noexcept;
    // The binary operators.
    [[nodiscard]] static value join(op what, const value& left, const value& right) noexcept;

    std::vector<instruction> code_;
    std::size_t depth_ = 1; // greatest depth of the stack
    std::vector<std::string> texts_;
    std::vector<variable> variables_;
    std::string text_;
};

} // namespace tactus::flow
