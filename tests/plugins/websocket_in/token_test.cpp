// SPDX-License-Identifier: MIT
// A token is asked for: said as a subprotocol, as the first message, wrongly, late and not at all.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <filesystem>

using namespace tactus::testing;
using namespace websocket_in::testing;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1'000'000'000;

const std::string token = "correct-horse-battery";
const std::string right = R"({"tactus": "token", "token": "correct-horse-battery"})";
const std::string note = R"({"address": "/n", "args": [60]})";
const server_frame welcome{1, R"({"tactus":"welcome"})"};
const server_frame refused{8, close_payload(1008, "This port asks for a token.")};

/// An input that asks for a token.
class guarded : public websocket_in::testing::websocket_in {
public:
    guarded() {
        const std::string path = folder_.write("token", token + "\n");
        std::filesystem::permissions(path, std::filesystem::perms::owner_read);
        config.set("token_file", "\"" + path + "\"");
    }
    /// Whether any of the token stands in what it said to anybody.
    [[nodiscard]] bool has_told_token(const test_stream& client) const {
        std::string all = client.text();
        for (const std::string& line : host.log) {
            all += line;
        }
        for (const auto& [name, value] : host.metrics) {
            all += name;
        }
        return all.find("horse") != std::string::npos;
    }
    /// Refused as who does not know the token is, once it has read so.
    void check_refused(test_stream& client) {
        CHECK(server_frames(client.sent) == std::vector<server_frame>{refused});
        CHECK(client.is_shut);
        host.end(client);
        host.settle();
        CHECK(client.refused == "token");
        CHECK(host.emitted.empty());
        CHECK(host.rejected.empty());
        CHECK_FALSE(has_told_token(client));
        CHECK(host.log.size() == 1);
    }

private:
    tactus::test::temp_dir folder_;
};

byte_string frame_of_kind(std::uint8_t opcode, const std::string& payload) {
    return client_frame{opcode, payload}.bytes();
}

} // namespace

TEST_CASE("who says the token first is welcome, and a client as any other") {
    const auto said = GENERATE(values<byte_string>({
        text_frame(right),
        text_frame(right + std::string(512 - right.size(), ' ')),
        fragment(1, right.substr(0, 20), false) + fragment(0, right.substr(20), true),
    }));
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();

    made.send(client, said);

    CHECK(server_frames(client.sent) == std::vector<server_frame>{welcome});
    CHECK_FALSE(client.is_closed);
    made.say(client, note);
    made.send(client, binary_frame(std::string("/a\0\0,\0\0\0", 8)));
    CHECK(made.host.emitted.size() == 2);
    made.say(client, R"({"tactus": "cancel"})");
    CHECK(server_frames(client.sent).size() == 2);
    CHECK(made.host.log.empty());
    CHECK_FALSE(made.has_told_token(client));
}

TEST_CASE("whatever else comes first closes the connection, and is not heard") {
    struct first {
        const char* what;
        byte_string bytes;
    };
    const auto one = GENERATE(values<first>({
        {"a wrong token", text_frame(R"({"tactus": "token", "token": "wrong-horse-battery"})")},
        {"half a token", text_frame(R"({"tactus": "token", "token": "correct-horse"})")},
        {"no token", text_frame(R"({"tactus": "token"})")},
        {"another word", text_frame(R"({"tactus": "ping", "client": 1})")},
        {"an event", text_frame(note)},
        {"no JSON", text_frame("correct-horse-battery")},
        {"nothing", text_frame("")},
        {"OSC", binary_frame(std::string("/a\0\0,\0\0\0", 8))},
        {"the token in binary", binary_frame(right)},
        {"a ping", frame_of_kind(9, "correct-horse-battery")},
        {"a pong", frame_of_kind(10, "")},
        {"513 bytes", text_frame(right + std::string(513 - right.size(), ' '))},
        {"the head of 64 KiB", client_frame{1, "", true, 0, true, 8, 65536}.bytes()},
        {"513 bytes in pieces",
         fragment(1, right, false) + fragment(0, std::string(513 - right.size(), ' '), true)},
    }));
    guarded made;
    made.config.set("feedback", "\"all\"");
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();

    made.send(client, one.bytes + text_frame(right) + text_frame(note));

    CAPTURE(one.what);
    made.check_refused(client);
}

TEST_CASE("a first message without an end is not waited for") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();

    made.send(client, fragment(1, "", false));
    CHECK(client.sent.empty());
    for (int i = 0; i < 200 && client.sent.empty(); ++i) {
        made.send(client, fragment(0, "", false));
    }

    made.check_refused(client);
}

TEST_CASE("who says nothing for 2 s after the handshake is closed") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.connect();
    const std::int64_t start_ns = made.host.now_ns();
    made.host.advance_to(start_ns + 1500 * ms); // the handshake has its own 2 s
    made.host.feed(client, good_request);
    made.host.settle();
    client.sent.clear();

    made.host.advance_to(start_ns + 3500 * ms - 1);
    CHECK(client.sent.empty());
    made.host.advance_to(start_ns + 3500 * ms);

    made.check_refused(client);
}

TEST_CASE("2 s are 2 s, however the token trickles") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();
    const std::int64_t start_ns = made.host.now_ns();
    const byte_string bytes = text_frame(right);

    for (std::size_t i = 0; i < 20; ++i) {
        made.host.advance_to(start_ns + static_cast<std::int64_t>(i) * 100 * ms);
        made.send(client, {bytes[i]});
    }
    CHECK(client.sent.empty());
    made.host.advance_to(start_ns + 2 * s);

    made.check_refused(client);
}

TEST_CASE("a token in time is in time, and its 2 s are over") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();
    const std::int64_t start_ns = made.host.now_ns();

    made.host.advance_to(start_ns + 2 * s - 1);
    made.say(client, right);
    made.host.advance_to(start_ns + 19 * s);

    CHECK(server_frames(client.sent) == std::vector<server_frame>{welcome});
    made.host.advance_to(start_ns + 22 * s);
    CHECK(server_frames(client.sent).back() == server_frame{9, ""}); // pinged, as any other
    CHECK_FALSE(client.is_closed);
}

TEST_CASE("what follows the token at once is taken, also right behind the handshake") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    const byte_string frames = text_frame(right) + text_frame(note);

    test_stream& client = made.ask(good_request + std::string(frames.begin(), frames.end()));

    CHECK(client.text().starts_with("HTTP/1.1 101 "));
    CHECK(client.text().ends_with(welcome.payload));
    CHECK(made.host.emitted.size() == 1);
}

TEST_CASE("who has not said the token hears no replies and no feedback") {
    guarded made;
    made.config.set("reply", "true").set("feedback", "\"all\"");
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();
    const byte_string answer{'/', 'a', 0, 0, ',', 0, 0, 0};
    const auto& table = *made.interface<tactus_outcome_0>(TACTUS_OUTCOME_0);
    const auto speak = [&] {
        tactus_outcome what{};
        what.kind = TACTUS_OUTCOME_UNROUTED;
        what.tag = 1; // the first client's
        table.report(made.plugin(), &what, 1, 1);
        made.host.deliver("udp://127.0.0.1:41234", {answer, 0});
        made.host.settle();
    };

    speak();
    CHECK(client.sent.empty());
    made.say(client, right);
    client.sent.clear();
    speak();

    CHECK(server_frames(client.sent) ==
          std::vector<server_frame>{{1, R"({"tactus":"unrouted"})"},
                                    {1, R"({"tactus":"lost","outcomes":1})"},
                                    {2, std::string(answer.begin(), answer.end())}});
}

TEST_CASE("the right token as a subprotocol needs no first message") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    const byte_string frame = text_frame(note);
    test_stream& client = made.ask(request_head + "Sec-WebSocket-Protocol: tactus.v1, token." +
                                   token + "\r\n\r\n" + std::string(frame.begin(), frame.end()));

    CHECK(client.text().starts_with("HTTP/1.1 101 "));
    CHECK(made.host.emitted.size() == 1);
    made.host.advance_to(made.host.now_ns() + 3 * s);
    CHECK_FALSE(client.is_closed);
    CHECK_FALSE(made.has_told_token(client));
}

TEST_CASE("a wrong token as a subprotocol is refused by the handshake") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    const byte_string frames = text_frame(right) + text_frame(note);

    test_stream& client = made.ask(
        request_head + "Sec-WebSocket-Protocol: tactus.v1, token.wrong-horse-battery\r\n\r\n" +
        std::string(frames.begin(), frames.end()));

    CHECK(client.text().starts_with("HTTP/1.1 403 "));
    made.host.end(client);
    made.host.settle();
    CHECK(client.refused == "token");
    CHECK(made.host.emitted.empty());
    CHECK_FALSE(made.has_told_token(client));
}

TEST_CASE("a token that nobody asks for is malformed, and the connection stays") {
    guarded made;
    made.config.set("feedback", "\"errors\"");
    if (GENERATE(true, false)) {
        made.config.unset("token_file");
    }
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client =
        made.ask(request_head + "Sec-WebSocket-Protocol: tactus.v1, token." + token + "\r\n\r\n");

    made.say(client, right);
    made.say(client, note);

    CHECK(made.host.rejected == std::map<std::string, std::uint64_t>{{"malformed", 1}});
    CHECK(made.host.emitted.size() == 1);
    CHECK_FALSE(made.has_told_token(client));
}

TEST_CASE("a page that may not be here cannot say the token") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);

    CHECK(made.ask(request_head + "Origin: https://evil.example\r\n\r\n")
              .text()
              .starts_with("HTTP/1.1 403 "));
}

TEST_CASE("message_max holds after the token, and not for it") {
    guarded made;
    made.config.set("message_max", "128");
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();

    made.say(client, right + std::string(200 - right.size(), ' '));
    made.say(client, note + std::string(128 - note.size(), ' '));
    CHECK(made.host.emitted.size() == 1);
    made.say(client, std::string(129, ' '));

    CHECK(server_frames(client.sent) ==
          std::vector<server_frame>{welcome, {8, close_payload(1009)}});
}

TEST_CASE("a breach of the protocol is named as one, token or not") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();

    made.send(client, text_frame("\xFF"));

    CHECK(server_frames(client.sent) == std::vector<server_frame>{{8, close_payload(1007)}});
    made.host.end(client);
    made.host.settle();
    CHECK(client.refused == "protocol");
}

TEST_CASE("who leaves without the token was not refused") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();

    made.send(client, close_frame(close_payload(1000)));

    CHECK(server_frames(client.sent) == std::vector<server_frame>{{8, close_payload(1000)}});
    made.host.end(client);
    made.host.settle();
    CHECK(client.is_closed);
    CHECK(client.refused.empty());
}

TEST_CASE("at the stop those without the token are told too") {
    guarded made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.browser();

    made.stop();

    CHECK(server_frames(client.sent) ==
          std::vector<server_frame>{{8, close_payload(1001, "the daemon stops")}});
    CHECK(made.host.open_streams() == 0);
    CHECK(made.host.breaches.empty());
}
