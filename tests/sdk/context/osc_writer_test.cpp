// SPDX-License-Identifier: MIT
// The expected bytes are those of the OSC 1.0 specification's own examples, where it has one.
#include <tactus/cpp/osc_writer.hpp>

#include <array>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace tactus;

namespace {

using bytes = std::vector<std::uint8_t>;

template <class... Arguments>
bytes written(std::string_view address, const Arguments&... arguments) {
    std::array<std::uint8_t, 256> buffer{};
    buffer.fill(0xee);
    const std::size_t size = write_osc(buffer, address, arguments...);
    return bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
}

bytes of(std::string_view text) {
    return bytes(text.begin(), text.end());
}

} // namespace

TEST_CASE("the specification's first example is written to the byte") {
    CHECK(written("/oscillator/4/frequency", 440.0f) ==
          of({"/oscillator/4/frequency\0,f\0\0\x43\xdc\0\0", 32}));
}

TEST_CASE("the specification's second example is written to the byte") {
    CHECK(written("/foo", 1000, -1, std::string_view("hello"), 1.234f, 5.678f) ==
          of({"/foo\0\0\0\0,iisff\0\0\0\0\x03\xe8\xff\xff\xff\xffhello\0\0\0\x3f\x9d\xf3\xb6"
              "\x40\xb5\xb2\x2d",
              40}));
}

TEST_CASE("wide numbers, flags and blobs have their types") {
    const std::array<std::uint8_t, 5> blob{1, 2, 3, 4, 5};

    CHECK(written("/a", std::int64_t{1}, 1.0, true, false) ==
          of({"/a\0\0,hdTF\0\0\0\0\0\0\0\0\0\0\x01\x3f\xf0\0\0\0\0\0\0", 28}));
    CHECK(written("/b", osc_blob(blob)) ==
          of({"/b\0\0,b\0\0\0\0\0\x05\x01\x02\x03\x04\x05\0\0\0", 20}));
    CHECK(written("/b", osc_blob({})) == of({"/b\0\0,b\0\0\0\0\0\0", 12}));
}

TEST_CASE("text literals and strings are strings") {
    CHECK(written("/s", "abcd", std::string("x")) == of({"/s\0\0,ss\0abcd\0\0\0\0x\0\0\0", 20}));
}

TEST_CASE("what does not fit by one byte is not written") {
    std::array<std::uint8_t, 16> buffer{};

    CHECK(write_osc(buffer, "/abc", 1) == 16);
    CHECK(write_osc(std::span(buffer).first(15), "/abc", 1) == 0);
    CHECK(write_osc(std::span<std::uint8_t>(), "/abc") == 0);
}

TEST_CASE("an address without a slash, or text with a zero byte, is not written") {
    CHECK(written("").empty());
    CHECK(written("abc").empty());
    CHECK(written(std::string_view("/a\0b", 4)).empty());
    CHECK(written("/a", std::string_view("x\0y", 3)).empty());
}

TEST_CASE("a bundle's head is 20 bytes: its name, the time tag, the message's size") {
    std::array<std::uint8_t, 20> buffer{};

    CHECK(write_osc_bundle_head(buffer, 0x0102030405060708, 0x0a0b) == osc_bundle_head_size);

    CHECK(bytes(buffer.begin(), buffer.end()) ==
          of({"#bundle\0\x01\x02\x03\x04\x05\x06\x07\x08\0\0\x0a\x0b", 20}));
    CHECK(write_osc_bundle_head(std::span(buffer).first(19), 1, 1) == 0);
}

TEST_CASE("arguments that are known at run time give the same bytes as those in a call") {
    const std::array<std::uint8_t, 5> blob{1, 2, 3, 4, 5};
    std::array<std::uint8_t, 256> buffer{};
    osc_message_writer writer(buffer, "/foo", "TifsbF");

    writer.put(7);
    writer.put(1.5f);
    writer.put(std::string_view("hello"));
    writer.put(osc_blob(blob));
    const std::size_t size = writer.finish();

    const bytes expected = written("/foo", true, 7, 1.5f, "hello", osc_blob(blob), false);
    CHECK(bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size)) == expected);
}

TEST_CASE("a message without arguments needs none to be put") {
    std::array<std::uint8_t, 12> buffer{};

    CHECK(osc_message_writer(buffer, "/abc", {}).finish() == 12);
    CHECK(osc_message_writer(buffer, "abc", {}).finish() == 0);
}

TEST_CASE("an argument too many, too few or of another type makes the message void") {
    std::array<std::uint8_t, 64> buffer{};
    osc_message_writer few(buffer, "/a", "if");
    few.put(1);
    osc_message_writer many(buffer, "/a", "i");
    many.put(1);
    many.put(2);
    osc_message_writer other(buffer, "/a", "i");
    other.put(1.0f);

    CHECK(few.finish() == 0);
    CHECK(many.finish() == 0);
    CHECK(other.finish() == 0);
}
