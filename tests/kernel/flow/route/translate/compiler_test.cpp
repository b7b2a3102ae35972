// SPDX-License-Identifier: MIT
// How an expression is read: what binds closer, what a token is, what is refused and where, and the
// limits, each at its last value that is taken and its first that is not.
#include "kernel/flow/route/translate/expression_lexer.hpp"
#include "tests/kernel/flow/route/translate/scope_case.hpp"

#include <initializer_list>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

bool compiles(const std::string& text) {
    return expression::compile(text).has_value();
}

// "4+1: expected ...": where, how long, what.
std::string refusal_of(const std::string& text) {
    const auto made = expression::compile(text);
    if (made.has_value()) {
        return "";
    }
    const expression_error& wrong = made.error();
    return std::to_string(wrong.offset) + "+" + std::to_string(wrong.length) + ": " +
           wrong.message + (wrong.hint.empty() ? "" : "; " + wrong.hint);
}

std::string repeated(const std::string& what, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all += what;
    }
    return all;
}

} // namespace

TEST_CASE("each level binds closer than the one above it") {
    const std::initializer_list<computed_row> same{
        {"1 + 2 * 3", "1 + (2 * 3)"},
        {"2 * 3 + 1", "(2 * 3) + 1"},
        {"7 - 6 / 3", "7 - (6 / 3)"},
        {"7 - 5 % 3", "7 - (5 % 3)"},
        {"-2 * 3", "(-2) * 3"},
        {"2 * -3 + 1", "(2 * (-3)) + 1"},
        {"-3 % 2", "(-3) % 2"},
        {"1 + 1 < 3", "(1 + 1) < 3"},
        {"3 > 1 + 1", "3 > (1 + 1)"},
        {"2 == 1 + 1", "2 == (1 + 1)"},
        {"not 1 == 2", "not (1 == 2)"},
        {"not 0 and 0", "(not 0) and 0"},
        {"not 1 or 1", "(not 1) or 1"},
        {"1 or 0 and 0", "1 or (0 and 0)"},
        {"0 and 0 or 1", "(0 and 0) or 1"},
        {"$1 or 0 ?? 5", "($1 or 0) ?? 5"},
        {"1 ?? 2 + 3", "1 ?? (2 + 3)"},
        {"0 ?? 1 ? 2 : 3", "(0 ?? 1) ? 2 : 3"},
        {"1 ? $1 ?? 4 : 5", "1 ? ($1 ?? 4) : 5"},
        {"0 ? 1 : $1 ?? 6", "0 ? 1 : ($1 ?? 6)"},
        {"0 ? 1 : 0 ? 2 : 3", "0 ? 1 : (0 ? 2 : 3)"},
        {"1 ? 0 ? 4 : 5 : 6", "1 ? (0 ? 4 : 5) : 6"},
        {"8 - 4 - 2", "(8 - 4) - 2"},
        {"8 - 4 + 2", "(8 - 4) + 2"},
        {"8 / 4 / 2", "(8 / 4) / 2"},
        {"8 / 4 * 2", "(8 / 4) * 2"},
        {"8 % 5 * 2", "(8 % 5) * 2"},
        {"2 * 5 % 3", "(2 * 5) % 3"},
    };
    for (const computed_row& each : same) {
        CAPTURE(each.text, each.wanted);
        CHECK(computed(each.text) == computed(each.wanted));
    }
}

TEST_CASE("brackets change what an expression comes to") {
    for (const auto& [text, wanted] : std::initializer_list<computed_row>{{"(1 + 2) * 3", "i 9"},
                                                                          {"8 - (4 - 2)", "i 6"},
                                                                          {"8 / (4 / 2)", "f 4"},
                                                                          {"-(1 + 2)", "i -3"},
                                                                          {"(1 or 0) and 0", "F 0"},
                                                                          {"not (1 and 0)", "T 1"},
                                                                          {"((2))", "i 2"}}) {
        CAPTURE(text);
        CHECK(computed(text) == wanted);
    }
}

TEST_CASE("signs and nots may be repeated") {
    CHECK(computed("-1") == "i -1");
    CHECK(computed("--1") == "i 1");
    CHECK(computed("---1") == "i -1");
    CHECK(computed("1 - -1") == "i 2");
    CHECK(computed("1--1") == "i 2");
    CHECK(computed("not 5") == "F 0");
    CHECK(computed("not not 5") == "T 1");
    CHECK(computed("not not not 5") == "F 0");
}

TEST_CASE("comparisons do not go on: one for each bracket") {
    CHECK(refusal_of("1 < 2 < 3") == "6+1: expected an operator or the end");
    CHECK(computed("(1 < 2) < 3") == "T 1");
    CHECK(refusal_of("1 == 1 == 1") == "7+2: expected an operator or the end");
}

TEST_CASE("numbers are whole where they have no point and fit") {
    for (const auto& [text, wanted] :
         std::initializer_list<computed_row>{{"0", "i 0"},
                                             {"007", "i 7"},
                                             {"0.0", "f 0"},
                                             {"1.", "f 1"},
                                             {".5", "f 0.5"},
                                             {"2147483647", "i 2147483647"},
                                             {"2147483648", "f 2147483648"}}) {
        CAPTURE(text);
        CHECK(computed(text) == wanted);
    }
    CHECK(refusal_of("1x").starts_with("0+2: this is neither a number nor a name"));
    CHECK(refusal_of("2 + 3$1").starts_with("5+2: expected an operator"));
    CHECK(refusal_of("1e5").starts_with("0+3: this is neither"));
    CHECK(refusal_of(".").starts_with("0+1: expected a number"));
    CHECK(refusal_of(std::string(400, '9')).find("this number is too large") != std::string::npos);
}

TEST_CASE("blanks, tabs and new lines stand anywhere between tokens, and need not") {
    CHECK(computed(" \t1\n+\r 2 ") == "i 3");
    CHECK(computed("1+2*3") == "i 7");
    CHECK(computed("min(1,2)") == "i 1");
    CHECK(computed("1?2:3") == "i 2");
    CHECK(computed("'a'=='a'") == "T 1");
    CHECK(computed("$1??2") == "i 2");
    CHECK(refusal_of("1 = = 1").starts_with("2+1: expected an operator or the end; write =="));
    CHECK(refusal_of("").starts_with("0+1: the expression is incomplete"));
    CHECK(refusal_of("  ").starts_with("2+1: the expression is incomplete"));
}

TEST_CASE("texts are what stands between single quotes") {
    CHECK(computed("''") == "s ");
    CHECK(computed("'a b'") == "s a b");
    CHECK(computed("'$1'") == "s $1");
    CHECK(computed("'1 + 1'") == "s 1 + 1");
    CHECK(refusal_of("1 == 'a") == "5+2: this text is not closed; expected a second '");
    CHECK(refusal_of("\"a\"") == "0+1: a text must be in single quotes; write '");
}

TEST_CASE("variables have numbers from 1 on, and names") {
    CHECK(compiled("$65535").variables().at(0).number == 65535);
    CHECK(refusal_of("$65536").starts_with("0+6: arguments are counted from $1 to $65535"));
    CHECK(refusal_of("$0").starts_with("0+2: arguments are counted from $1"));
    CHECK(refusal_of("$99999").starts_with("0+6: arguments are counted from $1"));
    const std::string last = "$*" + std::to_string(tactus::codec::captures_max);
    const std::string next = "$*" + std::to_string(tactus::codec::captures_max + 1);
    CHECK(compiled(last).captures() == tactus::codec::captures_max);
    CHECK_FALSE(compiles(next));
    CHECK_FALSE(compiles("$*0"));
    CHECK(refusal_of("$*").starts_with("0+1: expected $1, $name or $*1 after $"));
    CHECK(refusal_of("$ 1").starts_with("0+1: expected $1, $name or $*1 after $"));
    CHECK(compiled("$a_1Z").variables().at(0).name == "a_1Z");
    CHECK(compiled("$_").variables().at(0).name == "_");
    CHECK(compiled("$1 + $2 + $1").variables().size() == 2);
    CHECK(compiled("$*2 + $*1").captures() == 2);
    CHECK(compiled("$1 + $note").captures() == 0);
    CHECK(compiled("1").is_constant());
    CHECK_FALSE(compiled("$1").is_constant());
}

TEST_CASE("the sizes of variables at the front of a text") {
    CHECK(variable_size("$1a") == 2);
    CHECK(variable_size("$12/") == 3);
    CHECK(variable_size("$name/x") == 5);
    CHECK(variable_size("$n1-") == 3);
    CHECK(variable_size("$*1x") == 3);
    CHECK(variable_size("$*x") == 0);
    CHECK(variable_size("$") == 0);
    CHECK(variable_size("$/") == 0);
    CHECK(variable_size("a$1") == 0);
    CHECK(variable_size("") == 0);
}

TEST_CASE("what is no expression is refused where it is wrong") {
    CHECK(refusal_of("1 +").starts_with("3+1: the expression is incomplete"));
    CHECK(refusal_of("(1").starts_with("2+1: expected ')' to close the bracket"));
    CHECK(refusal_of("1)") == "1+1: expected an operator or the end");
    CHECK(refusal_of("1 ? 2").starts_with("5+1: expected ':' between"));
    CHECK(refusal_of("1 && 2") == "2+2: expected an operator or the end; write and");
    CHECK(refusal_of("1 || 2") == "2+2: expected an operator or the end; write or");
    CHECK(refusal_of("!1").find("; write not") != std::string::npos);
    CHECK(refusal_of("2 ** 3") == "2+2: expected an operator or the end");
    CHECK(refusal_of("* 2").starts_with("0+1: expected a number, a $variable"));
    CHECK(refusal_of("abs 1").starts_with("4+1: expected '(' after the name of a function"));
    CHECK(refusal_of("abs()").starts_with("4+1: expected a number"));
    CHECK(refusal_of("abs(1").starts_with("5+1: expected ')' after the arguments"));
    CHECK(refusal_of("and").starts_with("0+3: unknown function"));
    CHECK(refusal_of("note").find("; write $note for an argument, 'note' for a text") !=
          std::string::npos);
}

TEST_CASE("each function takes as many arguments as it says") {
    CHECK(refusal_of("abs(1, 2)") == "0+3: abs takes 1 argument; found 2");
    CHECK(refusal_of("2 + pow(1)") == "4+3: pow takes 2 arguments; found 1");
    CHECK(refusal_of("clamp(1, 2)") == "0+5: clamp takes 3 arguments; found 2");
    CHECK(refusal_of("clamp(1, 2, 3, 4)") == "0+5: clamp takes 3 arguments; found 4");
    CHECK(refusal_of("scale(1, 2, 3, 4)") == "0+5: scale takes 5 arguments; found 4");
    CHECK(refusal_of("min(1,2,3,4,5,6,7,8,9)") == "0+3: min takes 1 to 8 arguments; found 9");
    CHECK(compiles("min(1,2,3,4,5,6,7,8)"));
}

TEST_CASE("an expression has at most size_max characters") {
    const std::size_t room = expression::size_max - 1;
    CHECK(compiles(std::string(room, ' ') + "1"));
    CHECK(refusal_of(std::string(room + 1, ' ') + "1").find("expected at most 512 characters") !=
          std::string::npos);
}

TEST_CASE("brackets, functions and choices are nested nesting_max deep, no deeper") {
    const std::size_t most = expression::nesting_max - 1;
    CHECK(compiles(repeated("(", most) + "1" + repeated(")", most)));
    CHECK(refusal_of(repeated("(", most + 1) + "1" + repeated(")", most + 1)).find("too deep") !=
          std::string::npos);
    CHECK(compiles(repeated("abs(", most) + "1" + repeated(")", most)));
    CHECK_FALSE(compiles(repeated("abs(", most + 1) + "1" + repeated(")", most + 1)));
    // Side by side costs no depth.
    CHECK(compiles("(1)" + repeated("+(1)", 50)));
}

TEST_CASE("an expression has at most instructions_max instructions") {
    // a number; for each minus one more
    CHECK(compiles(repeated("-", expression::instructions_max - 1) + "1"));
    CHECK(refusal_of(repeated("-", expression::instructions_max) + "1").find("too large") !=
          std::string::npos);
}

TEST_CASE("an expression of every depth of the stack comes to the right number") {
    // 1 + (1 + (1 + ...)): one more on the stack for each bracket
    for (std::size_t depth = 1; depth < expression::nesting_max; ++depth) {
        CAPTURE(depth);
        CHECK(computed(repeated("1 + (", depth - 1) + "1" + repeated(")", depth - 1)) ==
              "i " + std::to_string(depth));
    }
    CHECK(computed("max(1,2,3,4,5,6,7,8) + max(1,2,3)") == "i 11");
    CHECK(computed("1 + max(1,2,3,4,5,6,7,8)") == "i 9");
    // Seven wait below the eight of the innermost: 15; and one more: 16 is the most.
    const std::string eight = "max(1,2,3,4,5,6,7,";
    CHECK(computed(eight + eight + "8))") == "i 8");
    CHECK(computed("1 + " + eight + eight + "8))") == "i 9");
    CHECK(refusal_of("1 + (1 + " + eight + eight + "8)))").find("too large") != std::string::npos);
}

TEST_CASE("what is appended comes last, and has room on the stack") {
    expression scaled = compiled("$1 ?? 5");
    scaled.append("scale", std::array{0.0, 10.0, 100.0, 200.0});
    CHECK(shown(scaled.run({})) == "f 150");
    scaled.append("clamp", std::array{0.0, 120.5});
    CHECK(shown(scaled.run({})) == "f 120.5");
    expression whole = compiled("7");
    whole.append("clamp", std::array{0.0, 5.0});
    CHECK(shown(whole.run({})) == "i 5");
    expression bound = compiled("7");
    bound.append("clamp", std::array{0.0, 2147483648.0});
    CHECK(shown(bound.run({})) == "f 7");
}

TEST_CASE("a fault names the variable that it began with, in each place") {
    const auto about = [](const std::string& text) {
        const expression made = compiled(text);
        const value found = made.run({});
        REQUIRE(found.why == fault::missing);
        return made.about(found.about).text();
    };
    CHECK(about("$7") == "$7");
    CHECK(about("1 + $7") == "$7");
    CHECK(about("$7 + $8") == "$7");
    CHECK(about("min(1, $name)") == "$name");
    CHECK(about("$*3 + $1") == "$*3");
    CHECK(about("-$2") == "$2");
    CHECK(about("not $2") == "$2");
    CHECK(about("$1 ?? $2") == "$2");
    CHECK(about("1 ? $1 : $2") == "$1");
    CHECK(about("0 ? $1 : $2") == "$2");
}
