// SPDX-License-Identifier: MIT
#include "tests/tidy/source_file.hpp"

#include "tests/support/catch.hpp"

using tactus::tidy::make_source_file;

namespace {

std::string code_of(std::string_view text) {
    std::string all;
    for (const std::string& line : make_source_file("kernel/a.cpp", text).code) {
        all += line + "\n";
    }
    return all;
}

} // namespace

TEST_CASE("comments are blanks, of the same length") {
    REQUIRE(code_of("int a; // data\n") == "int a;        \n");
    REQUIRE(code_of("int /* x\n y */ b;\n") == "int     \n      b;\n");
}

TEST_CASE("literals are blanks between their quotes") {
    REQUIRE(code_of(R"(f("// no \" comment", 'x');)") == "f(\"                \", ' ');\n");
    REQUIRE(code_of("char c = '\"'; int data;\n") == "char c = ' '; int data;\n");
}

TEST_CASE("a raw literal is a blank to its own end, over lines") {
    REQUIRE(code_of("auto a = R\"x(\")\"\n// )\" )x\"; int b;\n") ==
            "auto a = R      \n         ; int b;\n");
}

TEST_CASE("a quote inside a number separates its digits") {
    REQUIRE(code_of("int a = 1'000'000; int b = 0xff'ff;\n") ==
            "int a = 1'000'000; int b = 0xff'ff;\n");
}

TEST_CASE("a line is commentary where it holds a comment and no code") {
    const auto file = make_source_file("kernel/a.hpp", "// a\nint b; // c\n\n/* d\n   e */\n");

    REQUIRE(file.is_commentary == std::vector<bool>{true, false, false, true, true});
}

TEST_CASE("an unfinished literal or comment ends with the text") {
    REQUIRE(code_of("int a; /* never") == "int a;         \n");
    REQUIRE(code_of("f(\"never\nint b;") == "f(\"     \nint b;\n");
    REQUIRE(code_of("f(\"\\") == "f(\" \n");
    REQUIRE(code_of("R\"x(never") == "R        \n");
}
