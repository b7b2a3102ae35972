// SPDX-License-Identifier: MIT
#include "kernel/codec/osc_writer.hpp"

#include "kernel/codec/osc_reader.hpp"
#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <string>

using namespace tactus::codec;
using wire::operator+;
using wire::hex;
using wire::raw;

namespace {

struct page {
    std::array<std::uint8_t, 512> bytes;
    osc_writer writer{bytes};

    page() { bytes.fill(0xAA); } // padding must be written, not found

    wire::bytes written() {
        const std::optional<std::size_t> size = writer.finish();
        REQUIRE(size);
        return wire::copy(std::span(bytes).first(*size));
    }
};

} // namespace

TEST_CASE("the specification's second example is written") {
    page out;

    out.writer.begin_message("/foo", "iisff").int32(1000).int32(-1).text("hello");
    out.writer.float32(1.234F).float32(5.678F);

    CHECK(out.written() == hex("2f 66 6f 6f 00 00 00 00 2c 69 69 73 66 66 00 00 00 00 03 e8"
                               "ff ff ff ff 68 65 6c 6c 6f 00 00 00 3f 9d f3 b6 40 b5 b2 2d"));
}

TEST_CASE("every type is written as the reader wants it") {
    page out;
    const wire::bytes tag = hex("00 00 00 00 00 00 00 01");
    const wire::bytes note = hex("00 90 3c 64");

    out.writer.begin_message("/a", "[hdTt]FNmIb").int64(-2).float64(1.5);
    out.writer.argument(osc_argument('t', tag)).argument(osc_argument('m', note));
    out.writer.blob(hex("01 02 03 04 05"));

    CHECK(out.written() ==
          raw("/a\0\0,[hdTt]FNmIb\0\0\0") + hex("ff ff ff ff ff ff ff fe 3f f8 00 00 00 00 00 00"
                                                "00 00 00 00 00 00 00 01 00 90 3c 64"
                                                "00 00 00 05 01 02 03 04 05 00 00 00"));
}

TEST_CASE("an argument is copied as it was read") {
    const wire::bytes bytes = raw("/a\0\0,ScrT\0\0") + hex("61 00 00 00 00 00 00 78 11 22 33 44");
    osc_message message;
    REQUIRE(parse_message(bytes, message) == osc_error::none);
    page out;

    out.writer.begin_message("/a", "ScrT");
    for (const osc_argument& argument : arguments(message)) {
        out.writer.argument(argument);
    }

    CHECK(out.written() == bytes);
}

TEST_CASE("a writer fits to the byte and fails below") {
    std::array<std::uint8_t, 16> exact{};
    osc_writer fits(exact);
    osc_writer fails(std::span<std::uint8_t>(exact).first(15));

    CHECK(fits.begin_message("/abc", "i").int32(1).finish() == 16);
    CHECK_FALSE(fails.begin_message("/abc", "i").int32(1).finish());
}

TEST_CASE("nothing is written beyond the room that was given") {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(0xAA);
    osc_writer writer(std::span<std::uint8_t>(bytes).first(10));

    writer.begin_message("/abcdefgh", "i").int32(1);

    CHECK(std::all_of(bytes.begin() + 10, bytes.end(), [](int byte) { return byte == 0xAA; }));
    CHECK_FALSE(writer.finish());
}

TEST_CASE("mistakes of the caller are reported at the end") {
    page out;
    osc_writer& writer = out.writer;
    SECTION("nothing written") {}
    SECTION("an argument is missing") {
        writer.begin_message("/a", "i");
    }
    SECTION("an argument too many") {
        writer.begin_message("/a", "").int32(1);
    }
    SECTION("an argument of another type") {
        writer.begin_message("/a", "i").float32(1);
    }
    SECTION("an argument without a message") {
        writer.int32(1);
    }
    SECTION("a type without bytes, written") {
        writer.begin_message("/a", "i").argument(osc_argument('i', {}));
    }
    SECTION("an unknown type") {
        writer.begin_message("/a", "x");
    }
    SECTION("a bracket too many") {
        writer.begin_message("/a", "[T]]");
    }
    SECTION("a bracket is open") {
        writer.begin_message("/a", "[T");
    }
    SECTION("no address") {
        writer.begin_message("a", "");
    }
    SECTION("a NUL in a string") {
        writer.begin_message("/a", "s").text(std::string(1, '\0'));
    }
    SECTION("two messages") {
        writer.begin_message("/a", "").begin_message("/b", "");
    }

    CHECK_FALSE(writer.finish());
}
