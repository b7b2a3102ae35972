// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"
#include "tests/tidy/source_file.hpp"

#include <utility>

using tactus::tidy::find_functions;
using tactus::tidy::make_source_file;

namespace {

using extents = std::vector<std::pair<std::size_t, std::size_t>>;

// First line and length of each function.
extents functions_of(std::string_view text) {
    extents all;
    for (const auto& each : find_functions(make_source_file("kernel/a.cpp", text))) {
        all.emplace_back(each.first_line, each.lines);
    }
    return all;
}

} // namespace

TEST_CASE("a function reaches from its head to its last brace") {
    REQUIRE(functions_of("int a(int b,\n      int c) {\n    if (b) {\n    }\n}\n") ==
            extents{{1, 5}});
}

TEST_CASE("functions are found in namespaces and classes") {
    REQUIRE(functions_of("namespace a::b {\nclass c final : public d<int(int)> {\npublic:\n"
                         "    void e() const noexcept {\n    }\n};\n}\nvoid f() {}\n") ==
            extents{{3, 3}, {8, 1}});
}

TEST_CASE("a constructor with initialisers is one function") {
    REQUIRE(functions_of("a::a(int b) : c_(b), d_{b},\n    e_{1} {\n    f();\n}\nvoid g() {}\n") ==
            extents{{1, 4}, {5, 1}});
}

TEST_CASE("types, tables and aliases are no functions") {
    REQUIRE(functions_of("struct alignas(64) a {\n    int b;\n};\nenum class c : int { d };\n"
                         "constexpr int e[] = {f(1), 2};\nusing g = h<int>;\n"
                         "extern \"C\" {\nint i(void);\n}\n")
                .empty());
}

TEST_CASE("a template is a function where what it describes is one") {
    REQUIRE(functions_of("template <class a, class b = c<int>>\nstruct d {\n};\n"
                         "template <class a>\na e(a f) {\n}\n") == extents{{4, 3}});
}

TEST_CASE("a lambda belongs to the function around it") {
    REQUIRE(functions_of("void a() {\n    b([] {\n        c();\n    });\n}\n") == extents{{1, 5}});
}

TEST_CASE("a test case is a function") {
    REQUIRE(functions_of("TEST_CASE(\"a { b\") {\n    c();\n}\n") == extents{{1, 3}});
}

TEST_CASE("directives and their continuations are passed over") {
    REQUIRE(functions_of(
                "#define A(b) \\\n    do {       \\\n    c();\n#if 1\nvoid d() {\n}\n#endif\n") ==
            extents{{5, 2}});
}

TEST_CASE("braces that do not match break nothing") {
    REQUIRE(functions_of("}}}\nvoid a() {}\n") == extents{{2, 1}});
    REQUIRE(functions_of("void a() {\n{{\n").empty());
}
