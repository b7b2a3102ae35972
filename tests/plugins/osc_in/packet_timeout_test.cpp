// SPDX-License-Identifier: MIT
// Packets that have begun and do not end, and connections that do not begin as OSC does.
#include "tests/plugins/osc_in/live_osc.hpp"
#include "tests/support/catch.hpp"

using namespace live_osc;
using namespace tactus::testing;

TEST_CASE("a packet that has begun must end within packet_timeout, whatever trickles in") {
    const std::string begun =
        GENERATE(as<std::string>(), "/", "/a", std::string("\0", 1), std::string("\0\0\0\x20", 4),
                 slip_a.substr(0, 9), slip_a + "/", sized_a + std::string("\0\0\0\x20/", 5));
    osc_in made;
    made.start();
    test_stream& client = made.client();
    test_stream& idle = made.client();
    const std::int64_t from_ns = made.host.now_ns();

    made.host.feed(client, begun);
    made.host.settle();
    made.host.advance_to(from_ns + 9'000'000'000);
    made.host.feed(client, std::string(1, '\0'));
    made.host.settle();
    made.host.advance_to(from_ns + 9'999'999'999);
    made.host.settle();
    CHECK_FALSE(client.is_closed);
    made.host.advance_to(from_ns + 10'000'000'000);
    made.host.settle();

    CHECK(client.refused == "slow");
    CHECK(made.host.rejected["malformed"] == 1);
    REQUIRE(made.host.log.size() == 1);
    CHECK(made.host.log[0].find("did not end within packet_timeout") != std::string::npos);
    CHECK_FALSE(idle.is_closed);
}

TEST_CASE("who has begun no packet stays, and nothing is armed for it") {
    const std::string before =
        GENERATE(as<std::string>(), "", sized_a, slip_a, "\xc0", slip_a + "\xc0\xc0");
    osc_in made;
    made.start();
    test_stream& client = made.client();
    made.host.feed(client, before);
    made.host.settle();
    const std::size_t emitted = made.host.emitted.size();

    CHECK_FALSE(made.host.next_deadline_ns().has_value());
    made.host.advance_to(made.host.now_ns() + 86'400'000'000'000);
    made.host.settle();
    CHECK_FALSE(client.is_closed);

    made.host.feed(client, before.empty() || before[0] == '\0' ? sized_a : slip_a);
    made.host.settle();
    CHECK(made.host.emitted.size() == emitted + 1);
}

TEST_CASE("the next packet has its own time, and a wait for room is none of the peer's") {
    osc_in made;
    made.config.set("packet_timeout", "\"2s\"");
    made.start();
    test_stream& client = made.client();
    const auto pass = [&](std::int64_t ms) {
        made.host.advance_to(made.host.now_ns() + ms * 1'000'000);
        made.host.settle();
    };
    made.host.feed(client, sized_a.substr(0, 5));
    made.host.settle();
    for (int i = 0; i < 5; ++i) {
        pass(1'900);
        made.host.feed(client, sized_a.substr(5) + sized_a.substr(0, 5));
        made.host.settle();
    }
    CHECK(made.host.emitted.size() == 5);

    made.host.emit_room = 0;
    made.host.feed(client, sized_a.substr(5) + sized_a.substr(0, 5));
    made.host.settle();
    pass(60'000);
    CHECK_FALSE(client.is_closed);
    made.host.make_room(100);
    made.host.settle();
    pass(1'900);
    made.host.feed(client, sized_a.substr(5));
    made.host.settle();
    CHECK(made.host.emitted.size() == 7);
    CHECK_FALSE(client.is_closed);
}

TEST_CASE("without a packet_timeout a packet may take any time") {
    osc_in made;
    made.config.set("packet_timeout", "\"0s\"");
    made.start();
    test_stream& client = made.client();
    made.host.feed(client, sized_a.substr(0, 5));
    made.host.settle();

    made.host.advance_to(made.host.now_ns() + 3'600'000'000'000);
    made.host.feed(client, sized_a.substr(5));
    made.host.settle();

    CHECK(made.host.emitted.size() == 1);
}

TEST_CASE("what stands before the first END is no SLIP, and is not skipped") {
    osc_in made;
    made.config.set("framing", "\"slip\"");
    made.start();
    test_stream& client = made.client();

    made.host.feed(client, GENERATE_COPY(std::string("x"), "xyz\xc0" + slip_a, sized_a));
    made.host.settle();

    CHECK(client.refused == "protocol");
    CHECK(made.host.emitted.empty());
    REQUIRE(made.host.log.size() == 1);
    CHECK(made.host.log[0].find("END (C0)") != std::string::npos);
}
