// SPDX-License-Identifier: MIT
#include "kernel/codec/osc_message.hpp"

#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <string>

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
    CHECK(*values[2].as_time_tag() == 1);
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
    CHECK_FALSE(text.as_time_tag());
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
    CHECK(parse_error(raw("/go") + hex("00 00 00 01")) == osc_error::malformed);
}

TEST_CASE("what is not a whole message is malformed") {
    const auto bytes = GENERATE(
        wire::bytes{},                  // nothing
        hex("2f 61 62"),                // not a multiple of 4
        hex("2f 61 62 63"),             // no NUL
        hex("2f 61 00 01 2c 00 00 00"), // padding that is not zero
        raw("abc"),                     // no '/'
        raw("\0\0\0"),                  // no address
        raw("/a#"), raw("/ b"),
        raw("/\x7f"
            "b"),
        raw("/\xc3"
            "b"),                                           // characters
        raw("/a\0\0xi\0") + hex("00 00 00 01"),             // no comma
        raw("/a\0\0,iii"),                                  // type tags do not end in NUL
        raw("/a\0\0,x\0"),                                  // an unknown type
        raw("/a\0\0,i\0"),                                  // an argument is missing
        raw("/a\0\0,i\0") + hex("00 00 00 01 00 00 00 02"), // one too many
        raw("/a\0\0,h\0") + hex("00 00 00 01"),             // half an int64
        raw("/a\0\0,s\0") + hex("61 62 63 64"),             // a string without NUL
        raw("/a\0\0,s\0") + hex("61 00 62 00"),             // a string with bad padding
        raw("/a\0\0,b\0"),                                  // a blob without size
        raw("/a\0\0,b\0") + hex("00 00 00 05 01 02 03 04"), // a blob longer than the message
        raw("/a\0\0,b\0") + hex("ff ff ff ff 01 02 03 04"), // a blob of -1 bytes
        raw("/a\0\0,b\0") + hex("ff ff ff fd 01 02 03 04"), // its padded size overflows 32 bits
        raw("/a\0\0,b\0") + hex("00 00 00 01 01 00 00 01"), // a blob with bad padding
        raw("/a\0\0,[\0"), raw("/a\0\0,]\0"), raw("/a\0\0,][\0\0\0\0")); // brackets

    CHECK(parse_error(bytes) == osc_error::malformed);
}

TEST_CASE("wildcards may stand in an address") {
    const wire::bytes bytes = raw("/a*?[b-c]{d,e}\0");

    CHECK(parsed(bytes).address == "/a*?[b-c]{d,e}");
}

TEST_CASE("arrays nest eight deep and not nine") {
    const std::string eight(osc_array_depth_max, '[');
    const std::string closed(osc_array_depth_max, ']');

    CHECK(parse_error(with_types(eight + "T" + closed)) == osc_error::none);
    CHECK(parse_error(with_types("[" + eight + closed + "]")) == osc_error::too_deep);
}

TEST_CASE("a message holds as many arguments as the limit says and not one more") {
    const std::string full(osc_arguments_max, 'T');

    CHECK(listed(parsed(with_types(full))).size() == osc_arguments_max);
    CHECK(parse_error(with_types(full + "T")) == osc_error::too_many);
}

TEST_CASE("an address is as long as the limit says and not one longer") {
    wire::bytes address(osc_address_size_max, 'a');
    address[0] = '/';
    const wire::bytes padding(4, 0);
    const wire::bytes end = raw("b\0\0");

    CHECK(parse_error(address + padding) == osc_error::none);
    CHECK(parse_error(address + end) == osc_error::too_large);
}

TEST_CASE("a message is as large as the limit says and not one larger") {
    const wire::bytes head = raw("/a\0\0,b\0");
    const std::size_t room = osc_size_max - head.size() - 4;
    const wire::bytes full = head + wire::big_endian(room, 4) + wire::bytes(room, 7);
    const wire::bytes over = head + wire::big_endian(room + 4, 4) + wire::bytes(room + 4, 7);

    CHECK(parse_error(full) == osc_error::none);
    CHECK(parse_error(over) == osc_error::too_large);
}

TEST_CASE("the names of errors are the metric's reasons") {
    CHECK(to_string(osc_error::none) == "none");
    CHECK(to_string(osc_error::malformed) == "malformed");
    CHECK(to_string(osc_error::too_large) == "too_large");
    CHECK(to_string(osc_error::too_deep) == "too_deep");
    CHECK(to_string(osc_error::too_many) == "too_many");
}
