// SPDX-License-Identifier: MIT
#include "kernel/codec/osc_message.hpp"

#include "kernel/codec/osc_refusal.hpp"
#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>

using namespace tactus::codec;
using wire::operator+;
using wire::hex;
using wire::raw;
using namespace std::string_view_literals;

namespace {

osc_error parse_error(const wire::bytes& bytes) {
    osc_message message;
    return parse_message(bytes, message);
}

osc_message parsed(const wire::bytes& bytes) {
    osc_message message;
    REQUIRE(parse_message(bytes, message) == osc_error::none);
    return message;
}

std::vector<osc_argument> listed(const osc_message& message) {
    const osc_arguments all = arguments(message);
    return std::vector<osc_argument>(all.begin(), all.end());
}

wire::bytes with_types(const std::string& types, const wire::bytes& arguments = {}) {
    wire::bytes text(types.begin(), types.end());
    text.insert(text.begin(), ',');
    text.resize((text.size() + 4) / 4 * 4);
    return raw("/a\0") + text + arguments;
}

} // namespace

TEST_CASE("the specification's first example is decoded") {
    // Source: OSC 1.0 examples: "/oscillator/4/frequency" with the float 440.0.
    const wire::bytes bytes =
        hex("2f 6f 73 63 69 6c 6c 61 74 6f 72 2f 34 2f 66 72 65 71 75 65 6e 63 79 00"
            "2c 66 00 00 43 dc 00 00");

    const osc_message message = parsed(bytes);

    CHECK(message.address == "/oscillator/4/frequency");
    CHECK(message.types == "f");
    CHECK(message.bytes.size() == 32);
    CHECK(*listed(message)[0].as_double() == 440.0);
}

TEST_CASE("the specification's second example is decoded") {
    // Source: OSC 1.0 examples: "/foo" with 1000, -1, "hello", 1.234, 5.678.
    const wire::bytes bytes = hex("2f 66 6f 6f 00 00 00 00 2c 69 69 73 66 66 00 00 00 00 03 e8"
                                  "ff ff ff ff 68 65 6c 6c 6f 00 00 00 3f 9d f3 b6 40 b5 b2 2d");

    const std::vector<osc_argument> values = listed(parsed(bytes));

    REQUIRE(values.size() == 5);
    CHECK(*values[0].as_int64() == 1000);
    CHECK(*values[1].as_int64() == -1);
    CHECK(*values[2].as_string() == "hello");
    CHECK(static_cast<float>(*values[3].as_double()) == 1.234F);
    CHECK(static_cast<float>(*values[4].as_double()) == 5.678F);
}

TEST_CASE("every type of OSC 1.0 is decoded") {
    const wire::bytes bytes =
        with_types("hdtScrmTFNIb", hex("ff ff ff ff ff ff ff fe"                // h: -2
                                       "3f f8 00 00 00 00 00 00"                // d: 1.5
                                       "00 00 00 00 00 00 00 01"                // t: immediately
                                       "61 62 63 64 00 00 00 00"                // S: abcd
                                       "00 00 00 78 11 22 33 44"                // c: x, r
                                       "00 90 3c 64"                            // m
                                       "00 00 00 05 01 02 03 04 05 00 00 00")); // b

    const std::vector<osc_argument> values = listed(parsed(bytes));

    REQUIRE(values.size() == 12);
    CHECK(*values[0].as_int64() == -2);
    CHECK(*values[1].as_double() == 1.5);
    CHECK(values[2].tag() == 't');
    CHECK(wire::copy(values[2].bytes()) == hex("00 00 00 00 00 00 00 01"));
    CHECK(*values[3].as_string() == "abcd");
    CHECK(values[4].tag() == 'c');
    CHECK(wire::copy(values[5].bytes()) == hex("11 22 33 44"));
    CHECK(wire::copy(*values[6].as_midi()) == hex("00 90 3c 64"));
    CHECK(*values[7].as_bool());
    CHECK_FALSE(*values[8].as_bool());
    CHECK(values[9].tag() == 'N');
    CHECK(values[10].tag() == 'I');
    CHECK(wire::copy(*values[11].as_blob()) == hex("01 02 03 04 05"));
}

TEST_CASE("an accessor of another type answers nothing") {
    const osc_argument text('s', {});

    CHECK_FALSE(text.as_int64());
    CHECK_FALSE(text.as_double());
    CHECK_FALSE(text.as_bool());
    CHECK_FALSE(text.as_blob());
    CHECK_FALSE(text.as_midi());
    CHECK_FALSE(osc_argument('i', {}).as_string());
}

TEST_CASE("empty strings and empty blobs are arguments") {
    const wire::bytes bytes = with_types("sb", hex("00 00 00 00 00 00 00 00"));

    const std::vector<osc_argument> values = listed(parsed(bytes));

    CHECK(values[0].as_string()->empty());
    CHECK(values[1].as_blob()->empty());
}

TEST_CASE("a message without type tags is one without arguments") {
    const wire::bytes bytes = raw("/go");

    CHECK(parsed(bytes).types.empty());
    CHECK(listed(parsed(bytes)).empty());
}

TEST_CASE("arguments without type tags are malformed") {
    CHECK(parse_error(raw("/go") + hex("00 00 00 01")) == osc_error::no_types);
    CHECK(parse_error(raw("/go") + hex("00 00 00 00 00 00 00 01")) == osc_error::no_types);
    CHECK(parse_error(raw("/go") + hex("01 00 00 00")) == osc_error::no_types);
}

TEST_CASE("what is not a whole message is refused, and says why") {
    struct refusal {
        wire::bytes bytes;
        osc_error why;
    };
    const auto bad = GENERATE(
        refusal{{}, osc_error::no_words}, refusal{hex("2f 61 62"), osc_error::no_words},
        refusal{hex("2f 61 62 63"), osc_error::no_address}, // no NUL
        refusal{raw("abc"), osc_error::no_address}, refusal{raw("\0\0\0"), osc_error::no_address},
        refusal{raw("/a\n"), osc_error::control_character},
        refusal{raw("/\x7f\x62"), osc_error::control_character},
        refusal{raw("/\xc2\x85"), osc_error::control_character},
        refusal{raw("/a\0\0xi\0") + hex("00 00 00 01"), osc_error::no_types},
        refusal{hex("2f 61 00 00 2c 69 69 69"), osc_error::no_types}, // no NUL
        refusal{raw("/a\0\0,x\0"), osc_error::unknown_type},
        refusal{raw("/a\0\0,ix") + hex("00 00 00 00 00 00 00 01"), osc_error::unknown_type},
        refusal{raw("/a\0\0,i\0"), osc_error::cut_argument},
        refusal{raw("/a\0\0,h\0") + hex("00 00 00 01"), osc_error::cut_argument},
        refusal{raw("/a\0\0,s\0") + hex("61 62 63 64"), osc_error::cut_argument},
        refusal{raw("/a\0\0,b\0"), osc_error::cut_argument},
        refusal{raw("/a\0\0,b\0") + hex("00 00 00 05 01 02 03 04"), osc_error::cut_argument},
        refusal{raw("/a\0\0,b\0") + hex("ff ff ff ff 01 02 03 04"), osc_error::cut_argument},
        refusal{raw("/a\0\0,b\0") + hex("ff ff ff fd 01 02 03 04"), osc_error::cut_argument},
        refusal{raw("/a\0\0,i\0") + hex("00 00 00 01 00 00 00 02"), osc_error::left_over},
        refusal{raw("/a\0\0,i\0") + hex("00 00 00 01 00 00 00 00 01 00 00 00"),
                osc_error::left_over},
        refusal{raw("/a\0\0,[\0"), osc_error::bad_brackets},
        refusal{raw("/a\0\0,]\0"), osc_error::bad_brackets},
        refusal{raw("/a\0\0,][\0\0\0\0"), osc_error::bad_brackets});

    CHECK(parse_error(bad.bytes) == bad.why);
    CHECK_FALSE(refusal_text(bad.why, bad.bytes).empty());
}

TEST_CASE("padding is not judged, and tidy makes zeros of it") {
    const auto [came, leaves] = GENERATE(
        std::pair{hex("2f 61 00 01 2c 69 00 00 00 00 00 07"), // of the address
                  hex("2f 61 00 00 2c 69 00 00 00 00 00 07")},
        std::pair{hex("2f 61 62 63 00 01 02 03 2c 54 54 54 00 05 06 07"), // of whole words
                  hex("2f 61 62 63 00 00 00 00 2c 54 54 54 00 00 00 00")},
        std::pair{hex("2f 61 62 00 2c 69 00 ff 00 00 00 07"), // of the types
                  hex("2f 61 62 00 2c 69 00 00 00 00 00 07")},
        std::pair{hex("2f 61 62 00 2c 73 00 00 78 00 79 7a"), // of a text
                  hex("2f 61 62 00 2c 73 00 00 78 00 00 00")},
        std::pair{hex("2f 61 62 00 2c 53 54 00 00 79 7a 41"), // of an empty symbol
                  hex("2f 61 62 00 2c 53 54 00 00 00 00 00")},
        std::pair{hex("2f 61 62 00 2c 62 00 00 00 00 00 03 01 02 03 04"), // sclang's blob
                  hex("2f 61 62 00 2c 62 00 00 00 00 00 03 01 02 03 00")},
        std::pair{hex("2f 61 62 00 2c 62 73 00 00 00 00 01 05 ff ff ff 78 00 00 01"),
                  hex("2f 61 62 00 2c 62 73 00 00 00 00 01 05 00 00 00 78 00 00 00")},
        std::pair{hex("2f 61 62 00"), hex("2f 61 62 00 2c 00 00 00")}, // no types at all
        std::pair{hex("2f 61 00 66"), hex("2f 61 00 00 2c 00 00 00")},
        std::pair{hex("2f 61 62 00 00 00 00 00 00 00 00 00"), hex("2f 61 62 00 2c 00 00 00")},
        std::pair{hex("2f 61 62 00 2c 69 00 00 00 00 00 07 00 00 00 00 00 00 00 00"), // surplus
                  hex("2f 61 62 00 2c 69 00 00 00 00 00 07")},
        std::pair{hex("2f 61 62 00 2c 00 00 00 00 00 00 00"), hex("2f 61 62 00 2c 00 00 00")});

    const osc_message message = parsed(came);
    wire::bytes room(tidy_size(message), 0xEE);
    const osc_message made = tidy(message, room);

    CHECK_FALSE(message.is_tidy);
    CHECK(wire::copy(made.bytes) == leaves);
    CHECK(parsed(leaves).is_tidy);
    CHECK(made.types == message.types);
    CHECK(made.address == message.address);
}

TEST_CASE("a text with padding that is not zero is read up to its end") {
    const wire::bytes bytes = hex("2f 61 62 00 2c 73 62 00 78 00 79 7a 00 00 00 01 05 06 07 08");

    const std::vector<osc_argument> values = listed(parsed(bytes));

    CHECK(*values[0].as_string() == "x");
    CHECK(wire::copy(*values[1].as_blob()) == hex("05"));
}

TEST_CASE("a refusal says what is wrong, where, and what was expected") {
    const auto says = [](osc_error why, const wire::bytes& bytes, std::string_view words) {
        return refusal_text(why, bytes).find(words) != std::string::npos;
    };
    const wire::bytes bell = raw("/ab\x07\0\0\0");
    const wire::bytes typed = raw("/a\0\0,iu") + hex("00 00 00 00");
    CHECK(says(osc_error::control_character, bell, "byte 4"));
    CHECK(says(osc_error::control_character, bell, "0x07"));
    CHECK(says(osc_error::unknown_type, typed, "argument 2 is u"));
    CHECK(says(osc_error::unknown_type, typed, "ifsbhtd"));
    CHECK(says(osc_error::no_words, wire::bytes(7, 0), "7 bytes"));
    CHECK(says(osc_error::address_too_long, wire::bytes(1100, 'a'), "1100"));
    CHECK(says(osc_error::address_too_long, wire::bytes(1100, 'a'), "1024"));
    CHECK(says(osc_error::packet_too_large, wire::bytes(70000, 0), "70000"));
    CHECK(says(osc_error::packet_too_large, wire::bytes(70000, 0), "65536"));
    CHECK(refused_address(bell) == "/ab\x07");
    CHECK(refused_address(hex("2f 61 62 63")).empty());
    CHECK(refused_address(raw("abc")).empty());
    CHECK(refused_address({}).empty());
}

TEST_CASE("wildcards may stand in an address") {
    const wire::bytes bytes = raw("/a*?[b-c]{d,e}\0");

    CHECK(parsed(bytes).address == "/a*?[b-c]{d,e}");
}

TEST_CASE("arrays nest eight deep and not nine") {
    const std::string eight(osc_array_depth_max, '[');
    const std::string closed(osc_array_depth_max, ']');

    CHECK(parse_error(with_types(eight + "T" + closed)) == osc_error::none);
    CHECK(parse_error(with_types("[" + eight + closed + "]")) == osc_error::arrays_too_deep);
}

TEST_CASE("a message holds as many arguments as fit its packet") {
    const std::string full(osc_size_max - 6, 'T'); // 4 of the address, a comma, a zero

    CHECK(listed(parsed(with_types(full))).size() == full.size());
    CHECK(parse_error(with_types(full + "T")) == osc_error::packet_too_large);

    const std::size_t floats = 13'000;
    wire::bytes numbers;
    for (std::size_t i = 0; i < floats; ++i) {
        numbers = numbers + wire::big_endian(i, 4);
    }
    const wire::bytes packet = with_types(std::string(floats, 'i'), numbers);
    const std::vector<osc_argument> values = listed(parsed(packet));
    REQUIRE(values.size() == floats);
    CHECK(values.back().as_int64() == 12'999);
}

TEST_CASE("an address is as long as the limit says and not one longer") {
    wire::bytes address(osc_address_size_max, 'a');
    address[0] = '/';
    const wire::bytes padding(4, 0);
    const wire::bytes end = raw("b\0\0");

    CHECK(parse_error(address + padding) == osc_error::none);
    CHECK(parse_error(address + end) == osc_error::address_too_long);
}

TEST_CASE("a message is as large as the limit says and not one larger") {
    const wire::bytes head = raw("/a\0\0,b\0");
    const std::size_t room = osc_size_max - head.size() - 4;
    const wire::bytes full = head + wire::big_endian(room, 4) + wire::bytes(room, 7);
    const wire::bytes over = head + wire::big_endian(room + 4, 4) + wire::bytes(room + 4, 7);

    CHECK(parse_error(full) == osc_error::none);
    CHECK(parse_error(over) == osc_error::packet_too_large);
}

TEST_CASE("each error belongs to a reason of the metric") {
    CHECK(reason_of(osc_error::none) == "none");
    CHECK(reason_of(osc_error::control_character) == "malformed");
    CHECK(reason_of(osc_error::bundle_sizes) == "malformed");
    CHECK(reason_of(osc_error::packet_too_large) == "too_large");
    CHECK(reason_of(osc_error::address_too_long) == "too_large");
    CHECK(reason_of(osc_error::arrays_too_deep) == "too_deep");
    CHECK(reason_of(osc_error::bundles_too_deep) == "too_deep");
    CHECK(reason_of(osc_error::unknown_type) == "unsupported_type");
}
