// SPDX-License-Identifier: MIT
// Messages that have begun and do not end.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"

using namespace tactus::testing;
using websocket_in::testing::binary_frame;
using websocket_in::testing::client_frame;
using websocket_in::testing::fragment;
using websocket_in::testing::operator+;
using websocket_in::testing::server_frame;
using websocket_in::testing::server_frames;
using websocket_in::testing::text_frame;
using plugin = websocket_in::testing::websocket_in;

namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;
const std::string note = R"({"address": "/n", "args": [60]})";

byte_string first(const byte_string& bytes, std::size_t n) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)};
}

struct live : plugin {
    live() {
        config.set("ping", "\"0s\"");
        REQUIRE(start() == TACTUS_OK);
    }
    void pass(std::int64_t ms) {
        host.advance_to(host.now_ns() + ms * ns_per_ms);
        host.settle();
    }
};

} // namespace

TEST_CASE("a message that has begun must end within packet_timeout, whatever trickles in") {
    const byte_string whole = text_frame(note);
    const byte_string long_one = text_frame(std::string(300, ' '));
    const byte_string huge = binary_frame(std::string(65'536, ' '));
    const byte_string begun = GENERATE_COPY(
        first(whole, 1), first(whole, 2), first(whole, 5), first(whole, 6), first(whole, 7),
        first(whole, whole.size() - 2), first(long_one, 3), first(long_one, 8), first(huge, 13),
        fragment(1, "", false), fragment(1, note, false) + first(whole, 1), whole + first(whole, 1),
        client_frame{9, "?"}.bytes() + first(whole, 3));
    live made;
    test_stream& client = made.browser();
    test_stream& idle = made.browser();

    made.send(client, begun);
    const std::size_t emitted = made.host.emitted.size();
    made.pass(9'999);
    CHECK_FALSE(client.is_shut);
    made.pass(1);

    CHECK(client.is_shut);
    const std::vector<server_frame> said = server_frames(client.sent);
    REQUIRE_FALSE(said.empty());
    CHECK(said.back().opcode == 8);
    CHECK(said.back().code() == 1008);
    CHECK(made.host.rejected["malformed"] == 1);
    REQUIRE(made.host.log.size() == 1);
    CHECK(made.host.log[0].find("within packet_timeout") != std::string::npos);
    made.host.end(client);
    made.host.settle();
    CHECK(client.refused == "slow");
    CHECK(made.host.emitted.size() == emitted);
    CHECK_FALSE(idle.is_closed);
    CHECK_FALSE(made.host.next_deadline_ns().has_value());
}

TEST_CASE("neither a byte now and then nor a ping inside a message gives it more time") {
    live made;
    test_stream& client = made.browser();
    made.send(client, fragment(1, "{", false));
    for (int i = 0; i < 3; ++i) {
        made.pass(3'000);
        made.send(client, i == 1 ? fragment(0, " ", false) : client_frame{9, ""}.bytes());
    }
    CHECK_FALSE(client.is_shut);

    made.pass(1'000);

    CHECK(client.is_shut);
}

TEST_CASE("a client that sends whole messages for ever stays, as one does that is idle") {
    live made;
    test_stream& client = made.browser();
    const byte_string frame = text_frame(note);
    made.send(client, first(frame, 3));
    for (int i = 0; i < 5; ++i) {
        made.pass(9'000);
        made.send(client, byte_string(frame.begin() + 3, frame.end()) + first(frame, 3));
    }
    made.send(client, byte_string(frame.begin() + 3, frame.end()));

    CHECK(made.host.emitted.size() == 6);
    CHECK_FALSE(made.host.next_deadline_ns().has_value());
    made.pass(86'400'000);
    CHECK_FALSE(client.is_closed);
}

TEST_CASE("a page that waits for room is not closed for the message that it has begun") {
    live made;
    test_stream& client = made.browser();
    made.host.emit_room = 0;
    made.send(client, text_frame(note) + first(text_frame(note), 3));
    made.pass(60'000);
    CHECK_FALSE(client.is_shut);

    made.host.make_room(10);
    made.host.settle();
    made.pass(9'999);
    CHECK_FALSE(client.is_shut);
    made.pass(1);
    CHECK(client.is_shut);
    CHECK(made.host.emitted.size() == 1);
}
