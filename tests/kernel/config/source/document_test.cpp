// SPDX-License-Identifier: MIT
#include "kernel/config/source/document.hpp"

#include "tests/support/catch.hpp"

#include <string>

namespace tactus::config {
namespace {

TEST_CASE("keys and values keep their places, in the order of the file") {
    const auto root = parse_document("zebra = 1\n\n[apple]\nkey = \"text\"\n");

    REQUIRE(root.has_value());
    REQUIRE(root->entries.size() == 2);
    CHECK(root->entries[0].key == "zebra");
    CHECK(root->entries[0].value.where == position{1, 9});
    const entry* const key = root->entries[1].value.find("key");
    REQUIRE(key != nullptr);
    CHECK(key->where == position{4, 1});
    CHECK(key->value.where == position{4, 7});
    CHECK(key->value.length() == 6);
}

TEST_CASE("each kind of value is told apart") {
    const auto root = parse_document(
        "a = true\nb = -3\nc = 1.5\nd = \"x\"\ne = 1979-05-27\nf = [1]\ng = { h = 1 }\n");

    REQUIRE(root.has_value());
    const node_kind expected[] = {node_kind::boolean, node_kind::integer, node_kind::real,
                                  node_kind::text,    node_kind::date,    node_kind::list,
                                  node_kind::table};
    REQUIRE(root->entries.size() == std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i) {
        CHECK(root->entries[i].value.kind == expected[i]);
    }
}

TEST_CASE("a value alone has no place") {
    const auto value = parse_value("[{ a = \"1s\" }]");

    REQUIRE(value.has_value());
    CHECK(value->where.line == 0);
    CHECK(value->items.at(0).entries.at(0).where.line == 0);
    CHECK(value->items.at(0).entries.at(0).value.where.line == 0);
}

TEST_CASE("what is not one value is refused") {
    CHECK_FALSE(parse_value("").has_value());
    CHECK_FALSE(parse_value("1\nother = 2").has_value());
    CHECK_FALSE(parse_value("bare").has_value());
}

TEST_CASE("a file of 1 MiB is read, a larger one is not") {
    std::string text;
    while (text.size() + 64 <= file_size_max) {
        text += std::string(63, '#') + "\n";
    }
    text += std::string(file_size_max - text.size(), '\n');

    CHECK(parse_document(text).has_value());
    CHECK_FALSE(parse_document(text + "\n").has_value());
}

TEST_CASE("a line of 4096 bytes is read, a longer one is not") {
    const std::string longest(line_size_max, '#');

    CHECK(parse_document("\n" + longest + "\n").has_value());
    CHECK_FALSE(parse_document("\n" + longest + "#\n").has_value());
}

TEST_CASE("nesting ends before the stack does") {
    const std::string lists = "a = " + std::string(4000, '[');

    CHECK_FALSE(parse_document(lists).has_value());
}

TEST_CASE("a key of 32 parts is read, a longer one is not") {
    std::string longest = "a";
    for (std::size_t i = 1; i < key_parts_max; ++i) {
        longest += i % 2 == 0 ? " . 'a.b'" : ".a";
    }

    CHECK(parse_document("[" + longest + "]\n" + longest + " = [1.5, 2.5]\n").has_value());
    CHECK_FALSE(parse_document("[" + longest + ".a]\n").has_value());
    CHECK_FALSE(parse_document(longest + ".a = 1\n").has_value());
    CHECK_FALSE(parse_document("a = {" + longest + ".a = 1}\n").has_value());
}

TEST_CASE("dots of many numbers in one line are not parts of one key") {
    std::string numbers = "a = [0.5";
    for (std::size_t i = 0; i < 4 * key_parts_max; ++i) {
        numbers += ", 0.5";
    }

    CHECK(parse_document(numbers + "]\n").has_value());
}

TEST_CASE("a header that does not begin with a key is an error, not an abort of the parser") {
    for (const char* const text :
         {"[&", "[?input]\n", "[[[a]]]\n", "[[=\n", "[.a]\n", "[\u00fc]\n"}) {
        CHECK_FALSE(parse_document(text).has_value());
    }
}

TEST_CASE("a byte that is not UTF-8 is found in its place") {
    const auto root = parse_document("a = 1\n# \xc3\xbc\xfc\n");

    REQUIRE_FALSE(root.has_value());
    CHECK(root.error().where == position{2, 4});
}

} // namespace
} // namespace tactus::config
