// SPDX-License-Identifier: MIT
#include <tactus/cpp/osc_reader.hpp>
#include <tactus/cpp/osc_writer.hpp>

#include "tests/support/catch.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

using namespace tactus;

namespace {

template <class... Arguments>
std::vector<std::uint8_t> written(std::string_view address, const Arguments&... with) {
    std::vector<std::uint8_t> bytes(512);
    bytes.resize(write_osc(bytes, address, with...));
    REQUIRE_FALSE(bytes.empty());
    return bytes;
}

std::vector<std::uint8_t> raw(std::string_view text) {
    return {text.begin(), text.end()};
}

} // namespace

TEST_CASE("what was written is read back, by type and as a number") {
    const std::array<std::uint8_t, 5> blob{1, 2, 3, 4, 5};
    const auto bytes = written("/a/b", std::int32_t{-7}, 0.5F, "text", osc_blob(blob),
                               std::int64_t{1} << 40, 2.5, true, false);
    const osc_reader message(bytes);

    REQUIRE(message.is_valid());
    CHECK(message.address() == "/a/b");
    CHECK(message.types() == "ifsbhdTF");
    REQUIRE(message.size() == 8);
    CHECK(message[0].integer() == -7);
    CHECK(message[0].number() == -7.0);
    CHECK(message[1].number() == 0.5);
    CHECK_FALSE(message[1].integer().has_value());
    CHECK(message[2].text() == "text");
    CHECK_FALSE(message[2].number().has_value());
    REQUIRE(message[3].blob().has_value());
    CHECK(std::vector(message[3].blob()->begin(), message[3].blob()->end()) ==
          std::vector<std::uint8_t>{1, 2, 3, 4, 5});
    CHECK(message[4].integer() == std::int64_t{1} << 40);
    CHECK(message[5].number() == 2.5);
    CHECK(message[6].integer() == 1);
    CHECK(message[7].integer() == 0);
    CHECK_FALSE(message[8].is_there());
    CHECK_FALSE(message[8].number().has_value());
}

TEST_CASE("a list's brackets are passed over, other types have their value") {
    const auto bytes = raw(std::string("/l\0\0,[i]Ntmcr\0\0\0"
                                       "\0\0\0\x05"
                                       "\0\0\0\x01\x80\0\0\0"
                                       "\x01\x90\x3C\x40"
                                       "\0\0\0\x41"
                                       "\xFF\x80\0\0",
                                       4 + 12 + 4 + 8 + 4 + 4 + 4));
    const osc_reader message(bytes);
    REQUIRE(message.is_valid());
    REQUIRE(message.size() == 6);
    CHECK(message[0].integer() == 5);
    CHECK(message[1].type() == 'N');
    CHECK(message[2].time_tag() == 0x180000000ULL);
    CHECK(message[3].midi() == std::array<std::uint8_t, 4>{1, 0x90, 60, 64});
    CHECK(message[4].integer() == 'A');
    CHECK(message[5].integer() == 0xFF800000);
}

TEST_CASE("a message without type tags has no arguments") {
    const auto bytes = raw(std::string("/old\0\0\0\0", 8));
    const osc_reader message(bytes);
    CHECK(message.is_valid());
    CHECK(message.address() == "/old");
    CHECK(message.size() == 0);
}

TEST_CASE("what is no message has no arguments, and nothing is read beyond it") {
    const std::string text =
        GENERATE(as<std::string>{}, std::string(), std::string("/"), std::string("abc\0", 4),
                 std::string("/a\0\0,i\0\0", 8), std::string("/a\0\0,s\0\0abcd", 12),
                 std::string("/a\0\0,b\0\0\xFF\xFF\xFF\xFF", 12), std::string("/a\0\0,?\0\0", 8),
                 std::string("/a\0\0i\0\0\0", 8));
    const auto bytes = raw(text);
    const osc_reader message(bytes);
    CHECK_FALSE(message.is_valid());
    CHECK(message.size() == 0);
    CHECK_FALSE(message[0].is_there());
}

TEST_CASE("every cut of a message, and every byte of it changed, is read without harm") {
    const auto whole = written("/a/b", std::int32_t{1}, "text", 2.5, osc_blob({}));
    std::mt19937 random(7);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::vector<std::uint8_t> cut(whole.begin(),
                                            whole.begin() + static_cast<std::ptrdiff_t>(size));
        const osc_reader message(cut);
        CHECK((!message.is_valid() || message.size() == 0));
        for (int i = 0; i < 8; ++i) {
            std::vector<std::uint8_t> changed = whole;
            changed[size] = static_cast<std::uint8_t>(random());
            const osc_reader other(changed);
            other.for_each([](const osc_argument& each) {
                static_cast<void>(each.number());
                static_cast<void>(each.text());
                static_cast<void>(each.blob());
            });
        }
    }
}
