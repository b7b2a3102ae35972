// SPDX-License-Identifier: MIT
// One pass from left to right, recursive where the grammar is; its depth and its output are
// bounded. The first error is kept.
#include "kernel/flow/route/translate/arithmetic.hpp"
#include "kernel/flow/route/translate/expression.hpp"
#include "kernel/flow/route/translate/expression_lexer.hpp"

#include <algorithm>
#include <optional>

namespace tactus::flow {

class expression_compiler {
public:
    explicit expression_compiler(std::string_view text) : lexer_(text) {
        made_.text_ = text;
        advance();
    }

    result<expression, expression_error> run() {
        if (made_.text_.size() > expression::size_max) {
            refuse("the expression is too long; expected at most " +
                   std::to_string(expression::size_max) + " characters");
        }
        choice();
        if (!error_ && next_.what != token::kind::end) {
            refuse("expected an operator or the end", hint_for(next_.text));
        }
        if (error_) {
            return unexpected<expression_error>(*std::move(error_));
        }
        return std::move(made_);
    }

private:
    using op = expression::op;
    struct operation {
        std::string_view sign;
        op what;
    };

    void choice() {
        if (++nesting_ > expression::nesting_max) {
            refuse("the expression is nested too deeply");
        }
        if (error_) {
            return;
        }
        either();
        while (take("??")) {
            either();
            emit(op::otherwise, -1);
        }
        if (take("?")) {
            choice();
            expect(":", "between the two results of '?'");
            choice();
            emit(op::choose, -2);
        }
        --nesting_;
    }

    void either() {
        both();
        while (take("or")) {
            both();
            emit(op::either, -1);
        }
    }

    void both() {
        inverted();
        while (take("and")) {
            inverted();
            emit(op::both, -1);
        }
    }

    void inverted() {
        std::size_t count = 0;
        while (take("not")) {
            ++count;
        }
        comparison();
        for (; count > 0 && !error_; --count) {
            emit(op::invert, 0);
        }
    }

    void comparison() {
        static constexpr operation operations[] = {
            {"==", op::equal},         {"!=", op::unequal}, {"<=", op::less_equal},
            {">=", op::greater_equal}, {"<", op::less},     {">", op::greater}};
        sum();
        if (const operation* const found = take_one(operations)) {
            sum();
            emit(found->what, -1);
        }
    }

    void sum() {
        static constexpr operation operations[] = {{"+", op::add}, {"-", op::subtract}};
        product();
        while (const operation* const found = take_one(operations)) {
            product();
            emit(found->what, -1);
        }
    }

    void product() {
        static constexpr operation operations[] = {
            {"*", op::multiply}, {"/", op::divide}, {"%", op::modulo}};
        sign();
        while (const operation* const found = take_one(operations)) {
            sign();
            emit(found->what, -1);
        }
    }

    void sign() {
        std::size_t count = 0;
        while (take("-")) {
            ++count;
        }
        operand();
        for (; count > 0 && !error_; --count) {
            emit(op::negate, 0);
        }
    }

    void operand() {
        const token at = next_;
        switch (at.what) {
        case token::kind::number:
            advance();
            return emit(op::push_number, 1, {.tag = at.is_whole ? 'i' : 'f', .number = at.number});
        case token::kind::text:
            advance();
            made_.texts_.emplace_back(at.text.substr(1, at.text.size() - 2));
            return emit(op::push_text, 1, {.index = made_.texts_.size() - 1});
        case token::kind::variable:
            advance();
            return emit(op::push_variable, 1, {.index = index_of(at.named)});
        case token::kind::word:
            return call(at);
        default:
            break;
        }
        if (take("(")) {
            choice();
            expect(")", "to close the bracket");
        } else {
            refuse(at.what == token::kind::end ? "the expression is incomplete; expected a "
                                                 "number, a $variable, a function or a bracket"
                                               : "expected a number, a $variable, a function or a "
                                                 "bracket",
                   hint_for(at.text));
        }
    }

    void call(const token& name) {
        const std::span<const function> table = functions();
        const auto found = std::find_if(table.begin(), table.end(), [&](const function& each) {
            return each.name == name.text;
        });
        if (found == table.end()) {
            std::string known;
            for (const function& each : table) {
                known += (known.empty() ? "" : ", ") + std::string(each.name);
            }
            refuse("unknown function; expected one of " + known,
                   "write $" + std::string(name.text) + " for an argument, '" +
                       std::string(name.text) + "' for a text");
            return;
        }
        advance();
        expect("(", "after the name of a function");
        std::size_t count = 0;
        do {
            choice();
            ++count;
        } while (!error_ && take(","));
        if (!error_ && (count < found->count_min || count > found->count_max)) {
            next_ = name;
            refuse(std::string(name.text) + " takes " + count_text(*found) + "; found " +
                   std::to_string(count));
        }
        expect(")", "after the arguments of a function");
        emit(op::call, 1 - static_cast<int>(count),
             {.index = static_cast<std::size_t>(found - table.begin()), .count = count});
    }

    static std::string count_text(const function& of) {
        const std::string least = std::to_string(of.count_min);
        return of.count_min == of.count_max
                   ? least + (of.count_min == 1 ? " argument" : " arguments")
                   : least + " to " + std::to_string(of.count_max) + " arguments";
    }

    std::size_t index_of(const variable& wanted) {
        std::vector<variable>& all = made_.variables_;
        const auto found = std::find(all.begin(), all.end(), wanted);
        if (found != all.end()) {
            return static_cast<std::size_t>(found - all.begin());
        }
        all.push_back(wanted);
        return all.size() - 1;
    }

    struct details {
        std::size_t index = 0;
        std::size_t count = 0;
        char tag = 'i';
        double number = 0;
    };

    // `growth` of the stack.
    void emit(op what, int growth) { emit(what, growth, details()); }
    void emit(op what, int growth, const details& of) {
        if (error_) {
            return;
        }
        depth_ += growth;
        if (made_.code_.size() == expression::instructions_max ||
            depth_ > static_cast<int>(expression::stack_max)) {
            refuse("the expression is too large");
            return;
        }
        made_.depth_ = std::max(made_.depth_, static_cast<std::size_t>(depth_));
        made_.code_.push_back({what, of.tag, static_cast<std::uint16_t>(of.index),
                               static_cast<std::uint16_t>(of.count), of.number});
    }

    template <std::size_t N>
    const operation* take_one(const operation (&operations)[N]) {
        for (const operation& each : operations) {
            if (take(each.sign)) {
                return &each;
            }
        }
        return nullptr;
    }

    bool take(std::string_view sign) {
        const bool is_sign = next_.what == token::kind::sign || next_.what == token::kind::word;
        if (error_ || !is_sign || next_.text != sign) {
            return false;
        }
        advance();
        return true;
    }

    void expect(std::string_view sign, const std::string& why) {
        if (!error_ && !take(sign)) {
            refuse("expected '" + std::string(sign) + "' " + why, hint_for(next_.text));
        }
    }

    void advance() {
        next_ = lexer_.next();
        if (next_.what == token::kind::wrong) {
            refuse(next_.complaint, next_.hint);
        }
    }

    static std::string hint_for(std::string_view text) {
        return text == "="                   ? "write =="
               : text == "&&" || text == "&" ? "write and"
               : text == "||" || text == "|" ? "write or"
               : text == "!"                 ? "write not"
                                             : "";
    }

    void refuse(std::string message, std::string hint = {}) {
        if (!error_) {
            error_ = {next_.offset, std::max<std::size_t>(next_.text.size(), 1), std::move(message),
                      std::move(hint)};
        }
    }

    expression_lexer lexer_;
    token next_;
    expression made_;
    std::optional<expression_error> error_;
    std::size_t nesting_ = 0;
    int depth_ = 0;
};

result<expression, expression_error> expression::compile(std::string_view text) {
    return expression_compiler(text).run();
}

} // namespace tactus::flow
