// SPDX-License-Identifier: MIT
#include <tactus/cpp/json_writer.hpp>

#include "tests/support/catch.hpp"

#include <cstdint>
#include <limits>
#include <string>

using tactus::append_json_string;
using tactus::json_writer;

namespace {

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

} // namespace

TEST_CASE("texts of any language pass as they are, and JSON's own characters are escaped") {
    for (const std::string same :
         {"", "M\xc3\xbcller", "\xe3\x83\x94\xe3\x82\xa2\xe3\x83\x8e", "\xf0\x9f\x8e\xb5 /"}) {
        CHECK(quoted(same) == '"' + same + '"');
    }
    CHECK(quoted("a\"b\\c\n\t\x7f") == R"("a\"b\\c\n\u0009\u007f")");
    CHECK(quoted(std::string_view("\0", 1)) == R"("\u0000")");
}

TEST_CASE("a text that is no UTF-8 keeps the characters that are") {
    CHECK(quoted("M\xfcller") == R"("M\ufffdller")");
    CHECK(quoted("cut \xc3") == R"("cut \ufffd")");
    CHECK(quoted("\xed\xa0\x80\xc3\xa9") == "\"\\ufffd\\ufffd\\ufffd\xc3\xa9\"");
}

TEST_CASE("commas stand between members and elements, and nowhere else") {
    std::string out;
    json_writer json(out);
    json.begin_object().member("a", "x").begin_list("b").element("y").element(2).begin_object();
    json.end_object().begin_list().end_list().end_list().begin_object("c").member("d", "{");
    json.end_object().member("e", "[").member("f", ":").end_object();
    CHECK(out == R"({"a":"x","b":["y",2,{},[]],"c":{"d":"{"},"e":"[","f":":"})");
}

TEST_CASE("a JSON text may follow other text, and be a list or a single value") {
    std::string out = "1\n";
    json_writer(out).begin_list().element(1).element(true).end_list();
    CHECK(out == "1\n[1,true]");
    std::string single;
    json_writer(single).element(false);
    CHECK(single == "false");
}

TEST_CASE("numbers of every size are written whole, and what JSON has no number for is null") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::string out;
    json_writer json(out);
    json.begin_list();
    json.element(std::numeric_limits<std::int64_t>::min());
    json.element(std::numeric_limits<std::uint64_t>::max());
    json.element(1.5, 6).element(-0.0000004, 6).element(2.5e-7, 0);
    json.element(infinity, 6).element(-infinity, 6).element(infinity - infinity, 6);
    json.element(static_cast<const char*>(nullptr)).end_list();
    CHECK(out == "[-9223372036854775808,18446744073709551615,1.500000,-0.000000,0,null,null,null,"
                 "null]");
    std::string longest;
    json_writer(longest).element(std::numeric_limits<double>::lowest(), 9);
    CHECK(longest.size() == 320); // the sign, 309 digits, the point and the places
}
