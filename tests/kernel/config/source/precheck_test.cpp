// SPDX-License-Identifier: MIT
#include "kernel/config/source/precheck.hpp"

#include "tests/support/catch.hpp"

#include <string>

namespace tactus::config {
namespace {

// "line:column", or "" where there is nothing wrong.
std::string wrong_at(std::string_view text) {
    const auto found = precheck(text);
    return found ? std::to_string(found->where.line) + ":" + std::to_string(found->where.column)
                 : "";
}

TEST_CASE("any language is fine in quotes and in comments") {
    CHECK(wrong_at("a = \"\u00fc\" # \u00e4\nb = '\u00f6'\n\"\u00df\" = 1\n").empty());
    CHECK(wrong_at("a = \"\"\"\n\u00fc \" \u00fc\n\"\"\"\nb = '''\n\u00fc ' \u00fc'''\n").empty());
}

TEST_CASE("a character beyond ASCII is refused outside of them, where it stands") {
    CHECK(wrong_at("\u00fc = 1\n") == "1:1");
    CHECK(wrong_at("a = 1\n[\ufefb]\n") == "2:2");
    CHECK(wrong_at("a = \"\u00fc\" \u00fc\n") == "1:9");
    CHECK(wrong_at("a = \"\" \u00fc\n") == "1:8");
    CHECK(wrong_at("a = '\\' \u00fc\n") == "1:9"); // no escapes in single quotes
    CHECK(wrong_at("# x\n\u00fc\n") == "2:1");
}

TEST_CASE("escaped quotes do not end a text") {
    CHECK(wrong_at("a = \"\\\" \u00fc\"\n").empty());
    CHECK(wrong_at("a = \"\\\\\" \u00fc\n") == "1:10");
    CHECK(wrong_at("a = \"\"\"\\\"\"\" \u00fc\"\"\"\n").empty());
}

TEST_CASE("a text of several lines ends after up to two quotes of its own") {
    CHECK(wrong_at("a = \"\"\"x\"\"\"\"\" # \u00fc\n").empty());
    CHECK(wrong_at("a = \"\"\"x\"\"\"\"\" \u00fc\n") == "1:15");
    CHECK(wrong_at("a = '''x'''' \u00fc\n") == "1:14");
}

TEST_CASE("quotes of one kind are text in the other") {
    CHECK(wrong_at("a = '\"' # \u00fc\nb = \"'\" # \u00fc\n").empty());
    CHECK(wrong_at("a = '\"' \u00fc\n") == "1:9");
    CHECK(wrong_at("# it's\n\u00fc\n") == "2:1");
}

TEST_CASE("a quote opens a text only where a key or a value begins") {
    CHECK(wrong_at("a = 0\"\u00fc\n") == "1:6");
    CHECK(wrong_at("a = it's\n") == "1:7");
    CHECK(wrong_at("a = [\"x\",'y'] \nb.\"c\" = {\"d\"=1}\n").empty());
}

TEST_CASE("a text that is not closed ends with its line") {
    CHECK(wrong_at("a = \"x\n\u00fc\n") == "2:1");
    CHECK(wrong_at("a = \"x\\\n\u00fc\n") == "2:1");
}

TEST_CASE("typographic quotes and blanks are named as such") {
    CHECK(precheck("a = \u201cdesk\u201d\n")->hint == "write plain quotes: \"");
    for (const char* const blank : {"\u00a0", "\u2003", "\u202f", "\u3000"}) {
        CHECK(precheck("a" + std::string(blank) + "= 1\n")->hint == "write a plain space");
    }
}

TEST_CASE("what nobody can see is named by its code, wherever it stands") {
    struct unseen {
        std::string text;
        std::string name;
    };
    for (const auto& [text, name] : std::vector<unseen>{{"\ufeff", "U+FEFF, a byte order mark"},
                                                        {"\u200b", "U+200B, a zero width space"},
                                                        {"\u2060", "U+2060, a word joiner"}}) {
        for (const std::string& line :
             {"a = 1\n" + text + "b = 2\n", "a = 1\nb" + text + " = 2\n",
              "a = 1\nb = \"" + text + "c\"\n", "a = 1\nb = '" + text + "'\n",
              "a = 1\nb = \"\"\"\n" + text + "\"\"\"\n"}) {
            CAPTURE(line);
            const auto found = precheck(line);
            REQUIRE(found.has_value());
            CHECK(found->message.find(name) != std::string::npos);
            CHECK(found->hint.starts_with("delete it"));
            CHECK(found->where.line >= 2);
        }
        CHECK_FALSE(precheck("a = 1 # " + text + "\n").has_value()); // it changes nothing there
    }
    CHECK(precheck("\u2028a = 1\n")->message.find("U+2028, a line separator") != std::string::npos);
    CHECK(precheck("\u00ada = 1\n")->message.find("U+00AD, a soft hyphen") != std::string::npos);
    CHECK(precheck("\u200ea = 1\n")->message.find("U+200E") != std::string::npos);
}

TEST_CASE("joiners of other scripts stay as they are in text") {
    CHECK_FALSE(precheck("a = \"\u0645\u06cc\u200c\u062e\"\n").has_value());
}

TEST_CASE("a control character is refused everywhere") {
    CHECK(wrong_at("[[\x10 a]]\n") == "1:3");
    CHECK(wrong_at("a = \"\x01\"\n") == "1:6");
    CHECK(wrong_at("# \x7f\n") == "1:3");
    CHECK(wrong_at(std::string_view("a\0", 2)) == "1:2");
    CHECK(wrong_at("a\t=\t1\r\n").empty());
}

TEST_CASE("a byte that is not UTF-8 is refused everywhere") {
    CHECK(wrong_at("a = \"\xfc\"\n") == "1:6");
    CHECK(wrong_at("# \xc3\xbc\xfc\n") == "1:4");
}

TEST_CASE("a text may end anywhere") {
    for (const char* const text : {"", "\"", "\"\"\"", "'''x", "\"\\", "#", "\"\"\"\"\"\""}) {
        INFO(text);
        CHECK(wrong_at(text).empty());
    }
}

} // namespace
} // namespace tactus::config
