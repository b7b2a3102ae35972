// SPDX-License-Identifier: MIT
// Which addresses may connect: the option `allow`.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"

using namespace tactus::testing;
using websocket_in::testing::good_request;
using plugin = websocket_in::testing::websocket_in;

namespace {

struct visitor {
    const char* from;
    bool is_allowed;
};

} // namespace

TEST_CASE("who is not in the list is closed and counted, and hears nothing") {
    const auto& [from, is_allowed] = GENERATE(values<visitor>({
        {"tcp://127.0.0.1:50000", true},
        {"tcp://192.168.0.1:50000", true},
        {"tcp://192.168.255.254:50000", true},
        {"tcp://[fe80::1]:50000", true},
        {"tcp://[::ffff:192.168.0.1]:50000", true},
        {"tcp://[2001:db8::7]:50000", true},
        {"tcp://127.0.0.2:50000", false},
        {"tcp://192.169.0.1:50000", false},
        {"tcp://10.0.0.1:50000", false},
        {"tcp://[fec0::1]:50000", false},
        {"tcp://[2001:db8::8]:50000", false},
        {"tcp://[::1]:50000", false},
        {"tcp://[::ffff:10.0.0.1]:50000", false},
        {"", false}, // nobody knows who
    }));
    plugin made;
    made.config.add("allow", "\"127.0.0.1\"").add("allow", "\"192.168.0.0/16\"");
    made.config.add("allow", "\"fe80::/10\"").add("allow", "\"2001:db8::7\"");
    REQUIRE(made.start() == TACTUS_OK);

    test_stream& client = made.connect(from);
    made.host.feed(client, good_request);
    made.host.settle();

    CAPTURE(from);
    CHECK(client.refused == (is_allowed ? "" : "address"));
    CHECK(client.is_closed != is_allowed);
    CHECK(client.text().starts_with("HTTP/1.1 101 ") == is_allowed);
    CHECK(client.text().empty() != is_allowed);
    REQUIRE(made.host.log.size() == (is_allowed ? 0 : 1));
    if (!is_allowed) {
        const std::string said = std::string(from) + " was refused: its address is not in `allow`";
        CHECK(made.host.log[0].find(said) != std::string::npos);
    }
}

TEST_CASE("an empty list lets everybody in") {
    const auto from = GENERATE(as<std::string>(), "tcp://10.0.0.1:50000", "tcp://[::1]:50000");
    plugin made;
    made.start();

    CHECK_FALSE(made.connect(from).is_closed);
}

TEST_CASE("who is refused leaves the door open to the others") {
    plugin made;
    made.config.add("allow", "\"127.0.0.1\"");
    made.start();
    test_stream& page = made.browser();
    for (int i = 0; i < 100; ++i) {
        made.connect("tcp://10.0.0.1:50000");
    }

    made.say(page, R"({"address": "/n"})");

    CHECK(made.host.emitted.size() == 1);
    CHECK(made.host.open_streams() == 2); // the listener's, and the page's
}

TEST_CASE("a listed address brings no foreign page in") {
    plugin made;
    made.config.add("allow", "\"127.0.0.1\"");
    made.start();

    test_stream& evil =
        made.ask(websocket_in::testing::request_head + "Origin: https://evil.example\r\n\r\n");

    CHECK(evil.text().starts_with("HTTP/1.1 403 "));
}
