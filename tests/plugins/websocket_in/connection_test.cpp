// SPDX-License-Identifier: MIT
// Connections from the first byte to the last.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace tactus::testing;
using websocket_in::testing::close_frame;
using websocket_in::testing::close_payload;
using websocket_in::testing::good_request;
using websocket_in::testing::request_head;
using websocket_in::testing::server_frame;
using websocket_in::testing::server_frames;
using websocket_in::testing::text_frame;
using plugin = websocket_in::testing::websocket_in;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1'000'000'000;

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("who may not be here is told so, counted and let go") {
    struct visitor {
        std::string request;
        std::string status;
        std::string counted;
        std::string advice = {};
    };
    const auto one = GENERATE(values<visitor>({
        {request_head + "Origin: https://evil.example\r\n\r\n", "403", "origin",
         "if you know it, add to origins: 'https://evil.example'"},
        {"GET / HTTP/1.1\r\nHost: evil.example:80\r\n\r\n", "403", "host",
         "if you know it, add to hosts: 'evil.example'"},
        {"GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n", "426", "protocol"},
        {"GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", "400", "protocol"},
        {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nevil", "405", "protocol"},
        {"/dirt/play", "400", "protocol"},
        {"GET / HTTP/1.1\r\nX: " + std::string(9000, 'x'), "431", "too_large"},
    }));
    plugin made;
    made.start();

    test_stream& client = made.ask(one.request);

    CHECK(client.text().starts_with("HTTP/1.1 " + one.status + " "));
    CHECK(client.is_shut);
    CHECK_FALSE(client.is_closed); // until it has read why
    made.host.end(client);
    made.host.settle();
    CHECK(client.refused == one.counted);
    REQUIRE(made.host.log.size() == 1);
    CHECK(has(made.host.log[0], "tcp://127.0.0.1:50000 was refused"));
    CHECK(has(made.host.log[0], one.advice));
    CHECK(has(made.host.log[0], "evil") != one.advice.empty()); // nothing else that a stranger says
}

TEST_CASE("who does not go is closed after 2 s") {
    plugin made;
    made.start();
    test_stream& client = made.ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");

    made.host.advance_to(made.host.now_ns() + 2 * s);

    CHECK(client.refused == "host");
}

TEST_CASE("a head that takes longer than 2 s is given up, however it trickles") {
    plugin made;
    made.start();
    test_stream& client = made.connect();
    const std::int64_t start_ns = made.host.now_ns();

    for (int i = 1; i < 20; ++i) {
        made.host.advance_to(start_ns + i * 100 * ms);
        made.host.feed(client, "G");
        made.host.settle();
    }
    made.host.advance_to(start_ns + 2 * s);

    CHECK(
        (client.text().starts_with("HTTP/1.1 408 ") || client.text().starts_with("HTTP/1.1 400 ")));
    made.host.end(client);
    made.host.settle();
    CHECK(client.is_closed);
}

TEST_CASE("who connects and says nothing gets 408 after 2 s") {
    plugin made;
    made.start();
    test_stream& client = made.connect();

    made.host.advance_to(made.host.now_ns() + 2 * s);

    CHECK(client.text().starts_with("HTTP/1.1 408 "));
    made.host.advance_to(made.host.now_ns() + 2 * s);
    CHECK(client.refused == "slow");
}

TEST_CASE("a handshake in pieces, and frames right behind it, are taken") {
    plugin made;
    made.start();
    test_stream& client = made.connect();
    for (const char c : good_request) {
        made.host.feed(client, {&c, 1});
        made.host.settle();
    }
    CHECK(client.text().starts_with("HTTP/1.1 101 "));

    const byte_string frame = text_frame(R"({"address": "/n", "args": [60]})");
    test_stream& hasty = made.ask(good_request + std::string(frame.begin(), frame.end()));

    CHECK(hasty.text().starts_with("HTTP/1.1 101 "));
    CHECK(made.host.emitted.size() == 1);
}

TEST_CASE("a ping is answered with its bytes") {
    plugin made;
    made.start();
    test_stream& client = made.browser();

    made.send(client, websocket_in::testing::client_frame{9, "are you there"}.bytes());

    CHECK(server_frames(client.sent) == std::vector<server_frame>{{10, "are you there"}});
}

TEST_CASE("a close is answered with its code, and the connection ends") {
    plugin made;
    made.start();
    test_stream& client = made.browser();

    made.send(client, close_frame(close_payload(1000, "bye")));

    CHECK(server_frames(client.sent) == std::vector<server_frame>{{8, close_payload(1000)}});
    CHECK(client.is_shut);
    made.host.end(client);
    made.host.settle();
    CHECK(client.is_closed);
    CHECK(client.refused.empty());
}

TEST_CASE("a breach of the protocol is answered with its code, and the connection ends") {
    plugin made;
    made.start();
    test_stream& client = made.browser();

    made.send(client, text_frame("\xFF"));

    CHECK(server_frames(client.sent) == std::vector<server_frame>{{8, close_payload(1007)}});
    CHECK(made.host.rejected["malformed"] == 1); // the message, at once
    made.host.end(client);
    made.host.settle();
    CHECK(client.refused == "protocol");
}

TEST_CASE("a message above message_max ends the connection") {
    plugin made;
    made.config.set("message_max", "128");
    made.start();
    test_stream& client = made.browser();

    made.say(client, std::string(129, ' '));

    CHECK(server_frames(client.sent) == std::vector<server_frame>{{8, close_payload(1009)}});
    CHECK(made.host.rejected["too_large"] == 1); // the message, at once
    made.host.end(client);
    made.host.settle();
    CHECK(client.refused == "too_large");
}

TEST_CASE("a silent client is pinged, and closed if it stays silent") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    const std::int64_t start_ns = made.host.now_ns();

    made.host.advance_to(start_ns + 20 * s);
    CHECK(server_frames(client.sent) == std::vector<server_frame>{{9, ""}});
    made.send(client, websocket_in::testing::client_frame{10, ""}.bytes());
    made.host.advance_to(start_ns + 40 * s);
    CHECK(server_frames(client.sent).size() == 2);
    CHECK_FALSE(client.is_closed);

    made.host.advance_to(start_ns + 60 * s);
    CHECK(client.refused == "slow");
}

TEST_CASE("with ping = 0 an idle client costs no timer at all") {
    plugin made;
    made.config.set("ping", "\"0s\"");
    made.start();
    test_stream& client = made.browser();

    made.host.advance_to(made.host.now_ns() + 3600 * s);

    CHECK(client.sent.empty());
    CHECK_FALSE(client.is_closed);
}

TEST_CASE("a client that does not read what it asked for is closed") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    client.send_room = 100;

    for (int i = 0; i < 10; ++i) {
        made.send(client, websocket_in::testing::client_frame{9, std::string(100, 'p')}.bytes());
    }

    CHECK(client.refused == "slow");
}

TEST_CASE("200 idle clients stay, and one more is heard") {
    plugin made;
    made.start();
    std::vector<test_stream*> idle;
    for (int i = 0; i < 200; ++i) {
        idle.push_back(&made.browser());
    }

    made.say(made.browser(), R"({"address": "/n", "args": [60]})");

    CHECK(made.host.emitted.size() == 1);
    CHECK(
        std::none_of(idle.begin(), idle.end(), [](test_stream* each) { return each->is_closed; }));
}

TEST_CASE("a connection that is reset, at any time, is only itself gone") {
    plugin made;
    made.start();
    test_stream& asking = made.connect();
    test_stream& open = made.browser();
    test_stream& in_frame = made.browser();
    made.host.feed(in_frame, "\x81");
    test_stream& leaving = made.ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    made.host.settle();

    for (test_stream* const each : {&asking, &open, &in_frame, &leaving}) {
        made.host.reset(*each);
        made.host.settle();
        CHECK((each->is_closed || !each->refused.empty()));
    }

    CHECK(made.is_running());
    made.say(made.browser(), R"({"address": "/n"})");
    CHECK(made.host.emitted.size() == 1);
}

TEST_CASE("at the stop clients are told that we go away") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    test_stream& asking = made.connect();

    made.stop();

    CHECK(server_frames(client.sent) ==
          std::vector<server_frame>{{8, close_payload(1001, "the daemon stops")}});
    CHECK(asking.sent.empty());
    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.open_streams() == 0);
    CHECK(made.host.breaches.empty());
}
