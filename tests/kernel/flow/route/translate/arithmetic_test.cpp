// SPDX-License-Identifier: MIT
// Each operator and function at its boundaries: equality, signs, halves, types, the ends of ranges.
#include "kernel/flow/route/translate/arithmetic.hpp"
#include "tests/kernel/flow/route/translate/scope_case.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;
using wire::operator+;

namespace {

void check(std::initializer_list<computed_row> rows, const event_scope& from = {}) {
    for (const computed_row& each : rows) {
        CAPTURE(each.text);
        CHECK(computed(each.text, from) == each.wanted);
    }
}

// $1 = 5 (i), $2 = 5 (h), $3 = 0.5 (f), $4 = 0.5 (d), $5 true, $6 false, $7 "5"
const wire::bytes one_of_each = wire::raw("/a\0\0,ihfdTFs\0\0\0") + wire::big_endian(5, 4) +
                                wire::big_endian(5, 8) + float32(0.5F) + float64(0.5) +
                                wire::raw("5\0\0");

} // namespace

TEST_CASE("comparisons are exact at equality and on both sides of it") {
    check({{"1 == 1", "T 1"},     {"1 == 2", "F 0"},      {"1 != 1", "F 0"},   {"1 != 2", "T 1"},
           {"1 < 1", "F 0"},      {"1 < 2", "T 1"},       {"2 < 1", "F 0"},    {"1 <= 1", "T 1"},
           {"1 <= 2", "T 1"},     {"2 <= 1", "F 0"},      {"1 > 1", "F 0"},    {"2 > 1", "T 1"},
           {"1 > 2", "F 0"},      {"1 >= 1", "T 1"},      {"2 >= 1", "T 1"},   {"1 >= 2", "F 0"},
           {"-1 < 1", "T 1"},     {"0 == -0.0", "T 1"},   {"1 == 1.0", "T 1"}, {"'5' == 5", "T 1"},
           {"'5.0' == 5", "T 1"}, {"'5' == '5.0'", "F 0"}});
}

TEST_CASE("texts are only equal or not") {
    check({{"'a' == 'a'", "T 1"},
           {"'a' == 'A'", "F 0"},
           {"'a' == ''", "F 0"},
           {"'a' != 'a'", "F 0"},
           {"'a' != 'b'", "T 1"},
           {"'a' < 'b'", "wrong_type"},
           {"'a' <= 'a'", "wrong_type"},
           {"'a' > 'b'", "wrong_type"},
           {"'a' >= 'a'", "wrong_type"},
           {"'a' == 1", "wrong_type"},
           {"1 != 'a'", "wrong_type"}});
}

TEST_CASE("the type of a result is the widest of its operands'") {
    const osc_scope from(one_of_each);
    check({{"$1 + $1", "i 10"},   {"$1 + $2", "h 10"},  {"$2 + $1", "h 10"},
           {"$1 + $3", "f 5.5"},  {"$3 + $1", "f 5.5"}, {"$2 + $3", "f 5.5"},
           {"$3 + $4", "d 1"},    {"$4 + $3", "d 1"},   {"$1 - $3", "f 4.5"},
           {"$3 - $1", "f -4.5"}, {"$1 * $4", "d 2.5"}, {"$1 / $1", "f 1"},
           {"$2 / $2", "f 1"},    {"$4 / $1", "d 0.1"}, {"$1 % 3", "i 2"},
           {"$2 % 3", "h 2"},     {"$3 % 1", "f 0.5"},  {"-$1", "i -5"},
           {"-$2", "h -5"},       {"-$3", "f -0.5"},    {"$5 + $5", "i 2"},
           {"$5 + $6", "i 1"},    {"$7 + 1", "i 6"},    {"$7 + '1.5'", "f 6.5"}},
          from);
}

TEST_CASE("each operator takes its left side first") {
    check({{"7 - 2", "i 5"},
           {"7 / 2", "f 3.5"},
           {"7 % 4", "i 3"},
           {"4 % 7", "i 4"},
           {"2 * -3", "i -6"},
           {"-7 + 2", "i -5"},
           {"0 - 1", "i -1"},
           {"0 / 5", "f 0"},
           {"0 * 5", "i 0"}});
}

TEST_CASE("a remainder has the sign of what is divided by") {
    check({{"7 % 3", "i 1"},
           {"-7 % 3", "i 2"},
           {"7 % -3", "i -2"},
           {"-7 % -3", "i -1"},
           {"6 % 3", "i 0"},
           {"-6 % 3", "i 0"},
           {"6 % -3", "i 0"},
           {"0 % 3", "i 0"},
           {"-1 % 12", "i 11"},
           {"-12 % 12", "i 0"},
           {"-13 % 12", "i 11"},
           {"5.5 % 2", "f 1.5"},
           {"-5.5 % 2", "f 0.5"},
           {"2 % 5.5", "f 2"},
           {"0 % 0", "division"},
           {"1 % 0.0", "division"}});
}

TEST_CASE("nothing is divided by nothing, whatever its sign or type") {
    check({{"1 / 0", "division"},
           {"0 / 0", "division"},
           {"1 / 0.0", "division"},
           {"1 / -0.0", "division"},
           {"1 / (2 - 2)", "division"},
           {"1 / '0'", "division"},
           {"scale(1, 3, 3, 0, 1)", "division"},
           {"scale(3, 3, 3, 0, 1)", "division"}});
}

TEST_CASE("halves are rounded away from zero") {
    check({{"round(0.5)", "i 1"},     {"round(1.5)", "i 2"},   {"round(2.5)", "i 3"},
           {"round(0.49)", "i 0"},    {"round(-0.5)", "i -1"}, {"round(-1.5)", "i -2"},
           {"round(-0.49)", "i 0"},   {"round(2)", "i 2"},     {"floor(0.9)", "i 0"},
           {"floor(-0.1)", "i -1"},   {"floor(2)", "i 2"},     {"floor(-2)", "i -2"},
           {"ceil(0.1)", "i 1"},      {"ceil(-0.9)", "i 0"},   {"ceil(2)", "i 2"},
           {"ceil(-2)", "i -2"},      {"int(0.5)", "i 1"},     {"int(-0.5)", "i -1"},
           {"int(2.4)", "i 2"},       {"long(2.5)", "h 3"},    {"long(-2.5)", "h -3"},
           {"float(2)", "f 2"},       {"double(2)", "d 2"},    {"float(0.5)", "f 0.5"},
           {"double(0.25)", "d 0.25"}});
}

TEST_CASE("what is rounded stays a long where it was one, or a double") {
    const osc_scope from(one_of_each);
    check({{"round($1)", "i 5"},
           {"round($2)", "h 5"},
           {"round($3)", "i 1"},
           {"round($4)", "h 1"},
           {"floor($4)", "h 0"},
           {"ceil($3)", "i 1"},
           {"abs($2)", "h 5"},
           {"abs($3)", "f 0.5"},
           {"int($2)", "i 5"},
           {"float($4)", "f 0.5"}},
          from);
}

TEST_CASE("whole numbers end where their type ends, and not before") {
    check({{"2147483646 + 1", "i 2147483647"},
           {"2147483647 + 1", "out_of_range"},
           {"-2147483647 - 1", "i -2147483648"},
           {"-2147483647 - 2", "out_of_range"},
           {"-(-2147483647 - 1)", "out_of_range"},
           {"abs(-2147483647 - 1)", "out_of_range"},
           {"abs(-2147483647)", "i 2147483647"},
           {"46341 * 46341", "out_of_range"},
           {"46340 * 46340", "i 2147395600"},
           {"int(2147483647.4)", "i 2147483647"},
           {"int(2147483647.5)", "out_of_range"},
           {"int(-2147483648.4)", "i -2147483648"},
           {"int(-2147483648.5)", "out_of_range"},
           {"round(2147483648.0)", "out_of_range"},
           {"long(2147483648.0)", "h 2147483648"},
           {"long(2147483647) + 1", "h 2147483648"},
           {"long(9223372036854774784.0)", "h 9223372036854774784"},
           {"long(9223372036854775808.0)", "out_of_range"},
           {"long(-9223372036854775808.0)", "h -9223372036854775808"},
           {"long(-9223372036854777856.0)", "out_of_range"}});
}

TEST_CASE("what no float can hold is out of range, what a double holds is not") {
    check({{"pow(2, 127) > 1", "T 1"},
           {"pow(2, 128)", "out_of_range"},
           {"-pow(2, 127) * 2", "out_of_range"},
           {"pow(double(2), 128) > 1", "T 1"},
           {"pow(double(2), 1024)", "out_of_range"},
           {"float(pow(double(2), 128))", "out_of_range"},
           {"pow(0, -1)", "out_of_range"},
           {"pow(-8, 0.5)", "out_of_range"},
           {"pow(-2, 3)", "f -8"},
           {"pow(2, 0)", "f 1"},
           {"pow(0, 0)", "f 1"},
           {"pow(2, -1)", "f 0.5"},
           {"pow(3, 2)", "f 9"}});
}

TEST_CASE("the least and the greatest are found wherever they stand") {
    check({{"min(1)", "i 1"},
           {"max(1)", "i 1"},
           {"min(1, 2)", "i 1"},
           {"min(2, 1)", "i 1"},
           {"max(1, 2)", "i 2"},
           {"max(2, 1)", "i 2"},
           {"min(-1, 1)", "i -1"},
           {"max(-1, -2)", "i -1"},
           {"min(1, 0.5)", "f 0.5"},
           {"max(2, 0.5)", "f 2"},
           {"min(8, 7, 6, 5, 4, 3, 2, 1)", "i 1"},
           {"max(1, 2, 3, 4, 5, 6, 7, 8)", "i 8"},
           {"min(2, 2)", "i 2"},
           {"min(1, 'a')", "wrong_type"},
           {"max($1, 1)", "missing"}});
}

TEST_CASE("clamp keeps what lies between its ends, and both ends") {
    check({{"clamp(5, 0, 10)", "i 5"},
           {"clamp(0, 0, 10)", "i 0"},
           {"clamp(10, 0, 10)", "i 10"},
           {"clamp(-1, 0, 10)", "i 0"},
           {"clamp(11, 0, 10)", "i 10"},
           {"clamp(-5, -10, -1)", "i -5"},
           {"clamp(0, -10, -1)", "i -1"},
           {"clamp(-11, -10, -1)", "i -10"},
           {"clamp(0.5, 0, 1)", "f 0.5"},
           {"clamp(5, 0, 1.5)", "f 1.5"},
           {"clamp(3, 3, 3)", "i 3"}});
}

TEST_CASE("scale is a straight line through both points, and goes on beyond them") {
    check({{"scale(0, 0, 10, 100, 200)", "f 100"},
           {"scale(10, 0, 10, 100, 200)", "f 200"},
           {"scale(5, 0, 10, 100, 200)", "f 150"},
           {"scale(-5, 0, 10, 100, 200)", "f 50"},
           {"scale(15, 0, 10, 100, 200)", "f 250"},
           {"scale(3, 2, 4, 0, 127)", "f 63.5"},
           {"scale(2, 2, 4, 10, 20)", "f 10"},
           {"scale(1, 0, 1, 127, 0)", "f 0"},
           {"scale(0.25, 0, 1, 127, 0)", "f 95.25"},
           {"scale(3, 4, 2, 0, 1)", "f 0.5"},
           {"scale(0, -1, 1, 0, 16383)", "f 8191.5"},
           {"scale(5, 0, 10, 7, 7)", "f 7"},
           {"scale(double(5), 0, 10, 0, 1)", "d 0.5"}});
}

TEST_CASE("what is true is what is not zero") {
    check({{"1 and 1", "T 1"},        {"1 and 0", "F 0"},     {"0 and 1", "F 0"},
           {"0 and 0", "F 0"},        {"1 or 1", "T 1"},      {"1 or 0", "T 1"},
           {"0 or 1", "T 1"},         {"0 or 0", "F 0"},      {"not 1", "F 0"},
           {"not 0", "T 1"},          {"not 2", "F 0"},       {"not -1", "F 0"},
           {"not 0.5", "F 0"},        {"2 and 3", "T 1"},     {"-1 or 0", "T 1"},
           {"0.5 and 0.5", "T 1"},    {"'1' and '1'", "T 1"}, {"'0' or '0'", "F 0"},
           {"not 'a'", "wrong_type"}, {"2 ? 3 : 4", "i 3"},   {"0 ? 3 : 4", "i 4"},
           {"-1 ? 3 : 4", "i 3"},     {"0.0 ? 3 : 4", "i 4"}, {"'a' ? 3 : 4", "wrong_type"}});
}

TEST_CASE("one side decides where it is enough, whichever it is") {
    check({{"$1 and 0", "F 0"},
           {"0 and $1", "F 0"},
           {"$1 and 1", "missing"},
           {"1 and $1", "missing"},
           {"$1 or 1", "T 1"},
           {"1 or $1", "T 1"},
           {"$1 or 0", "missing"},
           {"0 or $1", "missing"},
           {"not $1", "missing"},
           {"$1 ? 1 : 2", "missing"},
           {"1 ? 2 : $1", "i 2"},
           {"0 ? $1 : 2", "i 2"},
           {"1 ? $1 : 2", "missing"}});
}

TEST_CASE("of two faults the first comes out, of each operator and function") {
    for (const char* const sign :
         {"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or"}) {
        CAPTURE(sign);
        CHECK(computed("$1 " + std::string(sign) + " (1 / 0)") == "missing");
        CHECK(computed("(1 / 0) " + std::string(sign) + " $1") == "division");
    }
    check({{"-$1", "missing"},
           {"-(1 / 0)", "division"},
           {"min(1 / 0, $1)", "division"},
           {"min($1, 1 / 0)", "missing"},
           {"clamp(1, $1, 1 / 0)", "missing"},
           {"scale(1 / 0, 1, 1, 0, 1)", "division"},
           {"scale($1, 1, 1, 0, 1)", "missing"},
           {"abs('a')", "wrong_type"},
           {"pow('a', $1)", "wrong_type"}});
}

TEST_CASE("only what is missing is replaced") {
    check({{"$1 ?? 2", "i 2"},
           {"3 ?? 2", "i 3"},
           {"0 ?? 2", "i 0"},
           {"'' ?? 2", "s "},
           {"(1 / 0) ?? 2", "division"},
           {"('a' + 1) ?? 2", "wrong_type"},
           {"$1 ?? (1 / 0)", "division"},
           {"$1 ?? $2", "missing"},
           {"$1 ?? $2 ?? 'a'", "s a"},
           {"min($1, 3) ?? 4", "i 4"}});
}

TEST_CASE("a text is a number where all of it is one, a truth is 1 or 0") {
    const osc_scope from(one_of_each);
    check({{"$7 * 2", "i 10"},
           {"$5 == 1", "T 1"},
           {"$6 == 0", "T 1"},
           {"$5 * 0.5", "f 0.5"},
           {"'-3' + 0", "i -3"},
           {"'3.' + 0", "f 3"},
           {"'+3' + 0", "wrong_type"},
           {"'3 ' + 0", "wrong_type"},
           {"'' + 0", "wrong_type"},
           {"'-' + 0", "wrong_type"},
           {"'1e5' + 0", "wrong_type"},
           {"'nan' + 0", "wrong_type"},
           {"'inf' == 1", "wrong_type"}},
          from);
}

TEST_CASE("every function is listed once, with the number of arguments that it takes") {
    std::string all;
    for (const function& each : functions()) {
        all += std::string(each.name) + " " + std::to_string(each.count_min) + "-" +
               std::to_string(each.count_max) + "\n";
    }
    CHECK(all == "round 1-1\nfloor 1-1\nceil 1-1\nabs 1-1\nmin 1-8\nmax 1-8\nclamp 3-3\n"
                 "scale 5-5\npow 2-2\nint 1-1\nfloat 1-1\nlong 1-1\ndouble 1-1\n");
}
