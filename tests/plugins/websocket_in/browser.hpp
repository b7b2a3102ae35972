// SPDX-License-Identifier: MIT
// The plugin behind a fake host, and clients that speak to it as browsers do.
#pragma once

#include "tests/plugins/websocket_in/client_frames.hpp"
#include <tactus/testhost/instance.hpp>

#include <string>
#include <vector>

namespace websocket_in::testing {

inline const char* const door = "tcp://127.0.0.1:8080";
inline const std::string request_head =
    "GET / HTTP/1.1\r\nHost: localhost:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
inline const std::string good_request = request_head + "Origin: http://localhost:4321\r\n\r\n";

class websocket_in : public tactus::testing::test_instance {
public:
    websocket_in() : test_instance(tactus::testing::load_entry(PLUGIN_FILE), "websocket_in") {}

    /// Somebody who has connected and said nothing.
    tactus::testing::test_stream& connect(const std::string& from = "tcp://127.0.0.1:50000") {
        tactus::testing::test_stream& client = host.connect_to(door, from);
        host.settle();
        return client;
    }
    /// Somebody who has said `request`.
    tactus::testing::test_stream& ask(const std::string& request) {
        tactus::testing::test_stream& client = connect();
        host.feed(client, request);
        host.settle();
        return client;
    }
    /// A browser whose handshake is over; what it was sent until then is forgotten.
    tactus::testing::test_stream& browser() {
        tactus::testing::test_stream& client = ask(good_request);
        if (!client.text().starts_with("HTTP/1.1 101 ")) {
            throw std::runtime_error("the handshake was refused: " + client.text());
        }
        client.sent.clear();
        return client;
    }
    void send(tactus::testing::test_stream& from, const byte_string& bytes) {
        host.feed(from, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        host.settle();
    }
    void say(tactus::testing::test_stream& from, const std::string& text) {
        send(from, text_frame(text));
    }
};

} // namespace websocket_in::testing
