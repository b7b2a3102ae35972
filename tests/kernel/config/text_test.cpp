// SPDX-License-Identifier: MIT
#include "kernel/config/text.hpp"

#include "tests/support/catch.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <array>

namespace tactus::config {
namespace {

TEST_CASE("what a terminal would obey is escaped") {
    CHECK(escaped("a\nb\tc\r") == "a\\nb\\tc\\r");
    CHECK(escaped("\x1b[31m") == "\\x1b[31m");
    CHECK(escaped("\x7f") == "\\x7f");
    CHECK(escaped("\u009b") == "\\x9b");
    CHECK(escaped("\u202e") == "\\u202e");
    CHECK(escaped(std::string_view("\0", 1)) == "\\x00");
}

TEST_CASE("printable text of any language stays as it is") {
    CHECK(escaped("Orgel \u00fc \u97f3 \U0001f3b9") == "Orgel \u00fc \u97f3 \U0001f3b9");
}

TEST_CASE("all of a text is escaped, with or without its lines") {
    const std::string text = "a\x1b\n" + std::string(100, 'b') + "\n\n\tc\n";
    CHECK(one_line(text) == "a\\x1b\\n" + std::string(100, 'b') + "\\n\\n\\tc\\n");
    CHECK(escaped_lines(text) == "a\\x1b\n" + std::string(100, 'b') + "\n\n\\tc\n");
    CHECK(escaped_lines("").empty());
    CHECK(escaped_lines("\u202e") == "\\u202e");
}

TEST_CASE("bytes that are not UTF-8 are escaped one by one") {
    CHECK(escaped("\xff") == "\\xff");
    CHECK(escaped("\xc3") == "\\xc3");
    CHECK(escaped("\xc0\xaf") == "\\xc0\\xaf");              // overlong
    CHECK(escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80");     // a surrogate
    CHECK(escaped("\xf4\x90\x80\x80").starts_with("\\xf4")); // above U+10FFFF
}

TEST_CASE("foreign text ends after 80 characters") {
    const std::string longest(foreign_text_max, 'x');

    CHECK(escaped(longest) == longest);
    CHECK(escaped(longest + "y") == longest + "...");
}

TEST_CASE("words are listed as a sentence would") {
    constexpr std::array<std::string_view, 3> words{"a", "b", "c"};

    CHECK(listed(words, "or") == "\"a\", \"b\" or \"c\"");
    CHECK(listed(std::span(words).first(2), "and") == "\"a\" and \"b\"");
    CHECK(listed(std::span(words).first(1), "or") == "\"a\"");
    CHECK(listed({}, "or").empty());
}

TEST_CASE("a JSON string escapes quotes, backslashes and controls only") {
    std::string out;
    append_json_string(out, "a\"b\\c\nd\x01\u00fc");

    CHECK(out == "\"a\\\"b\\\\c\\nd\\u0001\u00fc\"");
}

} // namespace
} // namespace tactus::config
