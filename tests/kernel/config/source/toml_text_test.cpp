// SPDX-License-Identifier: MIT
#include "kernel/config/source/toml_text.hpp"

#include "tests/support/catch.hpp"

#include <string>

namespace tactus::config {
namespace {

std::string rewritten(const std::string& toml) {
    const auto value = parse_value(toml);
    REQUIRE(value.has_value());
    return toml_text(*value);
}

TEST_CASE("each kind of value is written as TOML") {
    for (const char* const text :
         {"true", "false", "-3", "0.5", "1.0", "1e+300", "inf", "-inf", "nan", "\"\"", "\"a b\"",
          "[]", "[1, \"b\", [2.5]]", "{}", "{ a = 1, b-c = { \"d e\" = \"f\" } }"}) {
        CHECK(rewritten(text) == text);
    }
}

TEST_CASE("text is written so that it is read as the same text") {
    CHECK(rewritten(R"('C:\a "b"')") == R"("C:\\a \"b\"")");
    CHECK(rewritten("\"\\n\\t\\u0001\\ufeff\xc3\xbc\"") ==
          "\"\\u000a\\u0009\\u0001\\ufeff\xc3\xbc\"");
}

} // namespace
} // namespace tactus::config
