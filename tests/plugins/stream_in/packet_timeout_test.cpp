// SPDX-License-Identifier: MIT
// Lines that have begun and do not end.
#include "tests/plugins/stream_in/live_lines.hpp"
#include "tests/support/catch.hpp"

using namespace tactus::testing;
using plugin = live_lines::stream_in;

TEST_CASE("a line that has begun must end within packet_timeout, and who is idle stays") {
    const std::string begun = GENERATE(as<std::string>(), "{", "{\"note\": 60}\n{\"no", " ", "\r",
                                       std::string(70'000, 'x'));
    plugin made;
    made.start();
    test_stream& client = made.client();
    test_stream& idle = made.client();
    const std::int64_t from_ns = made.host.now_ns();

    made.feed(client, begun);
    made.host.advance_to(from_ns + 9'000'000'000);
    made.feed(client, "\"");
    made.host.advance_to(from_ns + 9'999'999'999);
    made.host.settle();
    CHECK_FALSE(client.is_closed);
    made.host.advance_to(from_ns + 10'000'000'000);
    made.host.settle();

    CHECK(client.refused == "slow");
    CHECK_THAT(client.text(), Catch::Contains("did not end within packet_timeout"));
    CHECK(made.host.rejected["malformed"] == 1);
    CHECK(made.host.log.size() == 1);
    CHECK_FALSE(idle.is_closed);
    CHECK_FALSE(made.host.next_deadline_ns().has_value());
}

TEST_CASE("the next line has its own time, and without a packet_timeout any") {
    plugin made;
    made.config.set("packet_timeout", GENERATE(as<std::string>(), "\"2s\"", "\"0s\""));
    made.start();
    test_stream& client = made.client();
    made.feed(client, "{\"note\"");
    for (int i = 0; i < 4; ++i) {
        made.host.advance_to(made.host.now_ns() + 1'900'000'000);
        made.feed(client, ": 60}\n{\"note\"");
    }

    CHECK(made.host.emitted.size() == 4);
    CHECK_FALSE(client.is_closed);
}
