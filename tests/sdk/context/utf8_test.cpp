// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#include <tactus/cpp/utf8.hpp>

#include <string>
#include <vector>

using namespace tactus;

namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string encode(std::uint32_t code) {
    const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
    if (code < 0x80) {
        return {byte(code)};
    }
    if (code < 0x800) {
        return {byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F))};
    }
    if (code < 0x10000) {
        return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)),
                byte(0x80 | (code & 0x3F))};
    }
    return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)),
            byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
}

bool is_whole(const std::string& text) {
    utf8_check check;
    return check.feed(bytes_of(text)) && check.is_complete();
}

} // namespace

TEST_CASE("every character is taken, and every surrogate refused") {
    for (std::uint32_t code = 0; code < 0x110000; ++code) {
        const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
        const std::string text = encode(code);
        const code_point first = first_code_point(text + "x");
        const bool is_same = first.value == code && first.size == text.size();
        if (is_whole(text) == is_surrogate || first.is_valid == is_surrogate ||
            (first.is_valid && !is_same)) {
            FAIL("U+" << std::hex << code);
        }
    }
}

TEST_CASE("no bytes are text, as are characters that come one byte at a time") {
    utf8_check check;
    CHECK(check.is_complete());
    for (const char byte : std::string("κόσμε 🎵")) {
        CHECK(check.feed(bytes_of({byte})));
    }
    CHECK(check.is_complete());
}

// Markus Kuhn's stress test, and Autobahn's section 6.
TEST_CASE("what is no text is refused at the first byte that makes it so") {
    const auto text =
        GENERATE(as<std::string>(), "\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF",
                 "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF4\x90\x80\x80",
                 "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "\xC3(", "\xE2\x82(",
                 "\xF0\x9F\x8E(", "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80");

    utf8_check check;
    CHECK_FALSE(check.feed(bytes_of(text)));
    std::string_view rest = text;
    while (!rest.empty() && first_code_point(rest).is_valid) {
        rest.remove_prefix(first_code_point(rest).size);
    }
    REQUIRE_FALSE(rest.empty());
    CHECK(first_code_point(rest).size == 1);
    CHECK(first_code_point(rest).value == static_cast<unsigned char>(rest[0]));
}

TEST_CASE("an unfinished character may go on, but is not whole") {
    const auto text =
        GENERATE(as<std::string>(), "\xC3", "\xE2", "\xE2\x82", "\xF0\x9F", "\xF0\x9F\x8E");

    utf8_check check;
    CHECK(check.feed(bytes_of(text)));
    CHECK_FALSE(check.is_complete());
    CHECK_FALSE(first_code_point(text).is_valid);
}

TEST_CASE("a text is cut between two characters") {
    const std::string text = "a\xC3\xA9\xE2\x82\xAC"; // 1, 2 and 3 bytes
    const std::vector<std::size_t> sizes{0, 1, 1, 3, 3, 3, 6, 6};
    for (std::size_t most = 0; most < sizes.size(); ++most) {
        CHECK(cut_between_characters(text, most).size() == sizes[most]);
    }
    CHECK(cut_between_characters("", 0).empty());
    CHECK(cut_between_characters("\x80\x80\x80", 2).empty()); // not UTF-8
}
