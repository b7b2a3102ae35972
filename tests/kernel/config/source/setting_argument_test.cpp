// SPDX-License-Identifier: MIT
#include "kernel/config/source/setting_argument.hpp"

#include "tests/support/catch.hpp"

#include <string>

namespace tactus::config {
namespace {

// The value of an argument with a key of one part.
node value_of(const std::string& argument) {
    const auto read = parse_setting(argument, 3);
    INFO(argument);
    REQUIRE(read.has_value());
    REQUIRE(read->entries.size() == 1);
    return read->entries.front().value;
}

diagnostic error_of(const std::string& argument) {
    const auto read = parse_setting(argument, 3);
    INFO(argument);
    REQUIRE_FALSE(read.has_value());
    return read.error();
}

TEST_CASE("what is TOML is read as TOML") {
    CHECK(value_of("a=5").kind == node_kind::integer);
    CHECK(value_of("a=-0.5").kind == node_kind::real);
    CHECK(value_of("a=true").kind == node_kind::boolean);
    CHECK(value_of("a=\"true\"").text == "true");
    CHECK(value_of("a='b = c'").text == "b = c");
    CHECK(value_of("a=[1, 2]").items.size() == 2);
    CHECK(value_of("a={ b = 1, c = 2 }").entries.size() == 2);
    CHECK(value_of("a=\"\"\"b\nc\"\"\"").text == "b\nc");
}

TEST_CASE("what is not TOML is text as it stands") {
    for (const char* const text :
         {"USB MIDI Interface*", "udp://127.0.0.1:9000", "5ms", "127.0.0.1:9464", "True", "a=b",
          "5 # 6", "it's", "Müller", "a, b", "1.2.3", "*", "[::1]:9464"}) {
        const node value = value_of("a=" + std::string(text));
        CHECK(value.kind == node_kind::text);
        CHECK(value.text == text);
    }
}

TEST_CASE("blanks around key and value are not part of them") {
    const node value = value_of(" a =  x y \t");

    CHECK(value.text == "x y");
    CHECK(value.where == position{1, 7, 3});
    CHECK(value.length() == 3);
}

TEST_CASE("the parts of a key and the value have their places in the argument") {
    const auto read = parse_setting("output.synth.port=\xc3\xbc x", 3);

    REQUIRE(read.has_value());
    const entry& output = read->entries.at(0);
    const entry& synth = output.value.entries.at(0);
    const entry& port = synth.value.entries.at(0);
    CHECK(output.where == position{1, 1, 3});
    CHECK(synth.where == position{1, 8, 3});
    CHECK(port.where == position{1, 14, 3});
    CHECK(port.value.where == position{1, 19, 3});
    CHECK(port.value.length() == 3);
    CHECK(parse_setting("output.synth.port=\"X\"", 3)
              ->entries.at(0)
              .value.entries.at(0)
              .value.entries.at(0)
              .value.where == position{1, 19, 3});
}

TEST_CASE("an argument without a key or without a value is refused") {
    for (const char* const text : {"", "a", "=5", " =5", "a.=5", ".a=5", "a..b=5", "[a]\nb=5",
                                   "[[a]]\nb=5", "a b=5", "#=5", "a\n=5", "\xff=5", "\"a=5"}) {
        CHECK(error_of(text).message.starts_with("expected KEY=VALUE"));
    }
    CHECK(error_of("a=").message == "a value is missing");
    CHECK(error_of("a=").where == position{1, 3, 3});
    CHECK(error_of("a= \t").message == "a value is missing");
}

TEST_CASE("what begins like TOML and is none is refused, and so is more than one value") {
    CHECK(error_of("a=\"b").message == "this text has no closing quote");
    CHECK(error_of("a=[1, 2").message == "this list is not closed");
    CHECK(error_of("a=\"b\" \"c\"").where.source == 3);
    CHECK(error_of("a=\"b\" # c").message == "expected one value");
    CHECK(error_of("a=\"b\"\nc=5").message == "expected one value");
    CHECK(error_of("a=x\nc=5").where.source == 3);
    CHECK(error_of("a=5\nc=5").where.source == 3);
}

TEST_CASE("a bare text has no control characters and no invisible ones") {
    for (const char* const text : {"a=x\x1b", "a=x\xe2\x80\x8b", "a=x\ty", "a=\xff"}) {
        error_of(text);
    }
}

} // namespace
} // namespace tactus::config
