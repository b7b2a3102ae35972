// SPDX-License-Identifier: MIT
// The cases of the Autobahn test suite, sections 1 to 7 and 10, as tables: what a server answers to
// frames that are right and wrong, whole and in pieces of every size.
// Source: github.com/crossbario/autobahn-testsuite, the numbers are its own.
#include "plugins/websocket_in/frames.hpp"
#include "tests/plugins/websocket_in/client_frames.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>

using namespace websocket_in;
using namespace websocket_in::testing;

namespace {

constexpr std::size_t message_max = 65536;

/// What was read, in a line: "text(hi) ping() fails 1002".
std::string read(const byte_string& bytes, std::size_t piece, std::size_t bytes_max = message_max) {
    frame_reader reader(bytes_max);
    std::string seen;
    std::span<const std::uint8_t> rest(bytes);
    while (!rest.empty()) {
        std::span<const std::uint8_t> now = rest.first(std::min(piece, rest.size()));
        rest = rest.subspan(now.size());
        for (bool has_more = true; has_more;) {
            switch (reader.feed(now)) {
            case frame_reader::progress::more:
                has_more = false;
                break;
            case frame_reader::progress::failed:
                return seen + "fails " + std::to_string(static_cast<int>(reader.failure()));
            case frame_reader::progress::message: {
                const message& got = reader.taken();
                static const char* const names[] = {"", "text", "binary", "",     "",    "",
                                                    "", "",     "close",  "ping", "pong"};
                seen += names[static_cast<int>(got.kind)];
                if (got.kind == opcode::close) {
                    seen += " " + std::to_string(static_cast<int>(got.code));
                }
                const std::string payload(got.bytes.begin(), got.bytes.end());
                seen +=
                    "(" +
                    (payload.size() > 40 ? std::to_string(payload.size()) + " bytes" : payload) +
                    ") ";
                if (got.kind == opcode::close) {
                    return seen; // nothing is read after it
                }
            }
            }
        }
    }
    return seen;
}

struct frame_case {
    const char* number;
    byte_string bytes;
    std::string seen;
};

void check(const frame_case& one) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{3},
                                    std::size_t{1000}, std::size_t{1 << 20}}) {
        CAPTURE(one.number, piece);
        CHECK(read(one.bytes, piece) == one.seen);
    }
}

byte_string frame(std::uint8_t opcode, std::string payload = "") {
    return client_frame{opcode, std::move(payload)}.bytes();
}

} // namespace

TEST_CASE("Autobahn 1: messages of all lengths are read") {
    const std::size_t size = GENERATE(125U, 126U, 127U, 128U, 65535U, 65536U);
    const std::string payload(size, '*');

    check({"1.1.1", text_frame(""), "text() "});
    check({"1.2.1", binary_frame(""), "binary() "});
    check({"1.1.x", text_frame(payload), "text(" + std::to_string(size) + " bytes) "});
    check({"1.2.x", binary_frame(payload), "binary(" + std::to_string(size) + " bytes) "});
}

TEST_CASE("Autobahn 2: pings and pongs are read; too long ones end the connection") {
    const std::string longest(125, 'x');
    check({"2.1", frame(9), "ping() "});
    check({"2.2", frame(9, "Hello"), "ping(Hello) "});
    check({"2.3", frame(9, std::string("\x00\xff\xfe", 3)),
           "ping(" + std::string("\x00\xff\xfe", 3) + ") "});
    check({"2.4", frame(9, longest), "ping(125 bytes) "});
    check({"2.5", frame(9, longest + "x"), "fails 1002"});
    check({"2.7", frame(10), "pong() "});
    check({"2.8", frame(10, "unasked"), "pong(unasked) "});
    check({"2.9", frame(10, "unasked") + frame(9, "a"), "pong(unasked) ping(a) "});
    check({"2.10", frame(9, "1") + frame(9, "2") + frame(9, "3"), "ping(1) ping(2) ping(3) "});
}

TEST_CASE("Autobahn 3: reserved bits end the connection") {
    const auto reserved = static_cast<std::uint8_t>(GENERATE(1, 2, 3, 4, 5, 6, 7));
    const auto code = static_cast<std::uint8_t>(GENERATE(1, 2, 8, 9, 10));
    client_frame wrong{code, "x"};
    wrong.reserved = reserved;

    check({"3", text_frame("before") + wrong.bytes() + text_frame("after"),
           "text(before) fails 1002"});
}

TEST_CASE("Autobahn 4: unknown opcodes end the connection") {
    const auto code = static_cast<std::uint8_t>(GENERATE(3, 4, 5, 6, 7, 11, 12, 13, 14, 15));
    const auto payload = GENERATE(as<std::string>(), "", "x");

    check({"4", text_frame("before") + frame(code, payload) + frame(9), "text(before) fails 1002"});
}

TEST_CASE("Autobahn 5: fragments are put together, control frames may stand between them") {
    const byte_string ping = frame(9, "p");
    check({"5.1", fragment(9, "a", false) + frame(0, "b"), "fails 1002"});
    check({"5.2", fragment(10, "a", false) + frame(0, "b"), "fails 1002"});
    check({"5.3", fragment(1, "fragment1", false) + fragment(0, "fragment2", true),
           "text(fragment1fragment2) "});
    check({"5.6", fragment(1, "fragment1", false) + ping + fragment(0, "fragment2", true),
           "ping(p) text(fragment1fragment2) "});
    check({"5.9", fragment(0, "none", true) + text_frame("x"), "fails 1002"});
    check({"5.12", fragment(0, "none", false) + text_frame("x"), "fails 1002"});
    check({"5.15",
           fragment(1, "1", false) + fragment(0, "2", true) + fragment(0, "3", false) +
               text_frame("4"),
           "text(12) fails 1002"});
    check({"5.18", fragment(1, "1", false) + text_frame("2"), "fails 1002"});
    check({"5.19",
           fragment(1, "1", false) + fragment(0, "2", false) + ping + fragment(0, "3", false) +
               fragment(0, "4", false) + ping + fragment(0, "5", true),
           "ping(p) ping(p) text(12345) "});
    check({"6.1.2", fragment(1, "", false) + fragment(0, "", false) + fragment(0, "", true),
           "text() "});
    check({"6.1.3", fragment(1, "", false) + fragment(0, "middle", false) + fragment(0, "", true),
           "text(middle) "});
    check({"close in between", fragment(1, "1", false) + close_frame(close_payload(1000)),
           "close 1000() "});
}

TEST_CASE("Autobahn 6: text is UTF-8, over fragments too") {
    const std::string greek = "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5";
    byte_string in_bytes = fragment(1, "", false);
    for (const char byte : greek) {
        in_bytes = in_bytes + fragment(0, {byte}, false);
    }
    check({"6.2.4", in_bytes + fragment(0, "", true), "text(" + greek + ") "});
    check({"6.3.1", text_frame(greek + "\xED\xA0\x80" + "edited"), "fails 1007"});
    check({"6.4.1", fragment(1, greek, false) + fragment(0, "\xF4\x90\x80\x80", false) + frame(9),
           "fails 1007"}); // at once, before the message is whole
    check({"6.6.1", text_frame("\xCE"), "fails 1007"});
    check({"6.6.3", text_frame("\xCE\xBA\xE1"), "fails 1007"});
    check({"6.21", text_frame("\xFE"), "fails 1007"});
    check({"binary is no text", binary_frame("\xFE\xFF"), "binary(\xFE\xFF) "});
    check({"a ping is no text", frame(9, "\xFE\xFF"), "ping(\xFE\xFF) "});
    check({"text after text",
           fragment(1, "\xCE", false) + fragment(0, "\xBA", true) + text_frame("x"),
           "text(\xCE\xBA) text(x) "});
}

TEST_CASE("Autobahn 7: closing") {
    const std::string longest(123, '*');
    check({"7.1.1", text_frame("x") + close_frame(close_payload(1000)), "text(x) close 1000() "});
    check({"7.1.3", close_frame(close_payload(1000)) + frame(9), "close 1000() "});
    check({"7.3.1", close_frame(""), "close 1005() "});
    check({"7.3.2", close_frame("a"), "fails 1002"});
    check({"7.3.4", close_frame(close_payload(1000, "Hello")), "close 1000(Hello) "});
    check({"7.3.5", close_frame(close_payload(1000, longest)), "close 1000(123 bytes) "});
    check({"7.3.6", close_frame(close_payload(1000, longest + "*")), "fails 1002"});
    check({"7.5.1", close_frame(close_payload(1000, "\xCE\xBA\xED\xA0\x80")), "fails 1007"});
    check({"a reason that is cut", close_frame(close_payload(1000, "\xCE")), "fails 1007"});
    check({"a reason of Greek", close_frame(close_payload(1000, "\xCE\xBA\xE1\xBD\xB9")),
           "close 1000(\xCE\xBA\xE1\xBD\xB9) "});
}

TEST_CASE("Autobahn 7.7: codes that may be said") {
    const auto code = static_cast<std::uint16_t>(
        GENERATE(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999));

    check({"7.7", close_frame(close_payload(code)), "close " + std::to_string(code) + "() "});
}

TEST_CASE("Autobahn 7.9: codes that may not be said") {
    const auto code = static_cast<std::uint16_t>(
        GENERATE(0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535));

    check({"7.9", close_frame(close_payload(code)), "fails 1002"});
}

TEST_CASE("Autobahn 10: a message in a thousand pieces is one") {
    byte_string bytes = fragment(1, "", false);
    for (int i = 0; i < 1000; ++i) {
        bytes = bytes + fragment(0, std::string(65, 'x'), false);
    }
    check({"10.1.1", bytes + fragment(0, "", true), "text(65000 bytes) "});
}

TEST_CASE("a frame that is not masked ends the connection") {
    client_frame open{1, "x"};
    open.is_masked = false;

    check({"not masked", open.bytes(), "fails 1002"});
    open.payload.clear();
    check({"not masked, empty", open.bytes(), "fails 1002"});
}

TEST_CASE("a length that could be said shorter, or is negative, ends the connection") {
    const auto& [bytes, said] =
        GENERATE(table<int, std::uint64_t>({{2, 125}, {8, 125}, {8, 65535}, {8, 1ULL << 63}}));
    client_frame wrong{2, std::string(125, 'x')};
    wrong.length_bytes = bytes;
    wrong.said_length = said;

    check({"length", wrong.bytes(), "fails 1002"});
}

TEST_CASE("a message longer than the limit ends the connection when it is announced") {
    client_frame huge{2, "only a few bytes"};
    huge.said_length = GENERATE(1001ULL, 1ULL << 40, (1ULL << 63) - 1);

    CHECK(read(huge.bytes(), 1, 1000) == "fails 1009");
}

TEST_CASE("the limit holds over all fragments") {
    const byte_string first = fragment(2, std::string(600, 'x'), false);

    CHECK(read(first + fragment(0, std::string(400, 'x'), true), 4096, 1000) ==
          "binary(1000 bytes) ");
    CHECK(read(first + fragment(0, std::string(401, 'x'), true), 4096, 1000) == "fails 1009");
}

TEST_CASE("many messages in one piece are read one by one") {
    byte_string bytes;
    std::string seen;
    for (int i = 0; i < 300; ++i) {
        bytes = bytes + text_frame(std::to_string(i));
        seen += "text(" + std::to_string(i) + ") ";
    }

    check({"many", bytes, seen});
}

TEST_CASE("what is written is a frame without mask, in the shortest form") {
    const std::size_t size = GENERATE(0U, 1U, 125U, 126U, 65535U, 65536U, 70000U);
    frame_writer writer;
    byte_string out;

    writer.append(out, opcode::text, std::string(size, 'x'));
    writer.append(out, opcode::pong, "p");

    CHECK(out.size() == size + (size < 126 ? 2U : size < 65536 ? 4U : 10U) + 3);
    CHECK(server_frames(out) == std::vector<server_frame>{{1, std::string(size, 'x')}, {10, "p"}});
}

TEST_CASE("a close says its code and as much of the reason as fits") {
    frame_writer writer;
    byte_string out;

    writer.append_close(out, close_code::policy, "no");
    writer.append_close(out, close_code::no_status, "never said");
    writer.append_close(out, close_code::normal, std::string(122, 'x') + "\xCE\xBA");

    const std::vector<server_frame> frames = server_frames(out);
    REQUIRE(frames.size() == 3);
    CHECK(frames[0] == server_frame{8, close_payload(1008, "no")});
    CHECK(frames[1] == server_frame{8, ""});
    CHECK(frames[2] == server_frame{8, close_payload(1000, std::string(122, 'x'))});
}
