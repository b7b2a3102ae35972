// SPDX-License-Identifier: MIT
// OSC that peers send, to the pages: reply = true.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"

using namespace tactus::testing;
using websocket_in::testing::server_frame;
using websocket_in::testing::server_frames;
using plugin = websocket_in::testing::websocket_in;

namespace {

const char* const replies = "udp://127.0.0.1:41234";
const byte_string answer{'/', 'a', 0, 0, ',', 0, 0, 0};
const server_frame answer_frame{2, std::string(answer.begin(), answer.end())};

} // namespace

TEST_CASE("nothing listens for replies unless it is asked for") {
    plugin made;
    made.start();

    CHECK(made.host.open_sockets() == 0);
}

TEST_CASE("a reply goes to every open page as a binary message, unchanged") {
    plugin made;
    made.config.set("reply", "true");
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& one = made.browser();
    test_stream& other = made.browser();
    test_stream& asking = made.connect();

    made.host.deliver(replies, {answer, 0});
    made.host.settle();

    CHECK(server_frames(one.sent) == std::vector<server_frame>{answer_frame});
    CHECK(server_frames(other.sent) == std::vector<server_frame>{answer_frame});
    CHECK(asking.sent.empty());
    CHECK(made.host.emitted.empty());
}

TEST_CASE("what is no OSC goes to nobody, and is counted") {
    const auto bytes = GENERATE(values<byte_string>({{},
                                                     {'/'},
                                                     {'/', 'a', 0},
                                                     {1, 2, 3, 4},
                                                     {'#', 'b', 'u', 'n'},
                                                     {'#', 'b', 'u', 'n', 'd', 'l', 'e', '!'}}));
    plugin made;
    made.config.set("reply", "true");
    made.start();
    test_stream& page = made.browser();

    made.host.deliver(replies, {bytes, 0});
    made.host.deliver(replies, {answer, 0, true}); // cut off
    made.host.settle();

    CHECK(page.sent.empty());
    CHECK(made.host.metrics["websocket_replies_dropped_total"] == 2);
    made.host.deliver(replies, {answer, 0});
    made.host.deliver(replies, {{'#', 'b', 'u', 'n', 'd', 'l', 'e', 0}, 0});
    made.host.settle();
    CHECK(server_frames(page.sent).size() == 2);
    CHECK(made.host.metrics["websocket_replies_dropped_total"] == 2);
}

TEST_CASE("a page that does not read its replies is closed, and the others stay") {
    plugin made;
    made.config.set("reply", "true");
    made.start();
    test_stream& slow = made.browser();
    test_stream& other = made.browser();
    slow.send_room = 5;

    made.host.deliver(replies, {answer, 0});
    made.host.settle();

    CHECK(slow.is_closed);
    CHECK(server_frames(other.sent).size() == 1);
    CHECK(made.is_running());
}

TEST_CASE("replies from the network have to be asked for") {
    plugin made;
    made.config.set("reply", "true").set("reply_listen", "\"udp://0.0.0.0:41234\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "reply_listen");
    made.config.set("open", "true");
    CHECK(made.configure() == TACTUS_OK);
}
