// SPDX-License-Identifier: MIT
// Pings by which a client maps its clock to the daemon's, and events on the client's clock.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tactus::testing;
using websocket_in::testing::server_frames;
using plugin = websocket_in::testing::websocket_in;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1'000'000'000;

std::string ping_at(double client_ms, const std::string& more = "") {
    return R"({"tactus": "ping", "client": )" + std::to_string(client_ms) + more + "}";
}
std::string note_at(double client_ms) {
    return R"({"address": "/n", "timestamp": )" + std::to_string(client_ms) + "}";
}

} // namespace

TEST_CASE("a ping is answered with the client's time and ours") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    made.host.advance_to(20 * s);

    made.say(client, ping_at(1234.5));

    const auto said = server_frames(client.sent);
    REQUIRE(said.size() == 1);
    CHECK(said[0].payload.starts_with(
        R"({"tactus":"pong","client":1234.500000,"monotonic":20000.000000,"wall":)"));
    CHECK(said[0].payload.find(R"("offset":18765.500000})") != std::string::npos);
}

TEST_CASE("without a ping a timestamp is the wall clock's, and stays in the packet") {
    plugin made;
    made.start();

    made.say(made.browser(), note_at(1795408201412.9998));

    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].due_ns == 0);
    CHECK(made.host.emitted[0].bytes.size() == 28);
    CHECK(made.host.emitted[0].bytes[0] == '#');
}

TEST_CASE("a timestamp that no time tag can say is a due time") {
    plugin made;
    made.start();
    constexpr double in_2050_ms = 2524608000000;

    made.say(made.browser(), note_at(in_2050_ms)); // as a tag it could as well be 1913

    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].due_ns > 20 * 365 * 86400 * s);
    CHECK(made.host.emitted[0].bytes == byte_string{'/', 'n', 0, 0, ',', 0, 0, 0});
}

TEST_CASE("after a ping timestamps are on the client's clock, and the message is due by ours") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    made.host.advance_to(20 * s);
    made.say(client, ping_at(1000)); // its performance.now()

    made.say(client, note_at(1250));

    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].due_ns == 20 * s + 250 * ms);
    CHECK(made.host.emitted[0].bytes == byte_string{'/', 'n', 0, 0, ',', 0, 0, 0});
}

TEST_CASE("a client's clock is its own: others are not mapped by it") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    made.say(client, ping_at(1000));

    made.say(made.browser(), note_at(1795408201412.9998));

    CHECK(made.host.emitted.at(0).due_ns == 0);
}

TEST_CASE("a client that says when the pong came is mapped without the network's delay") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    made.host.advance_to(20 * s);

    made.say(client, ping_at(1000)); // 4 ms each way: it left at 19.996 s
    made.host.advance_to(21 * s);
    made.say(client, ping_at(2000, R"(, "received": 1008)"));
    made.say(client, note_at(2004));

    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].due_ns == 21 * s);
}

TEST_CASE("a time before the host's clock began is due at once, and late") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    made.say(client, ping_at(1e6));

    made.say(client, note_at(0.5));

    CHECK(made.host.emitted.at(0).due_ns == 1);
}
