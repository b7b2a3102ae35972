// SPDX-License-Identifier: MIT
// A page leaves: what it began is ended. And what it takes back while it is there, by tags.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"

#include <cstdint>
#include <vector>

using namespace tactus::testing;
using plugin = websocket_in::testing::websocket_in;

namespace {

constexpr std::int64_t ms = 1'000'000;

} // namespace

TEST_CASE("what a page began is ended when it leaves, unless the file says otherwise") {
    const bool is_kept = GENERATE(false, true);
    plugin made;
    if (is_kept) {
        made.config.set("when_gone", "\"keep\"");
    }
    made.start();
    test_stream& page = made.browser();
    made.say(page, R"([{"message": [144, 1, 100]}])");
    made.host.settle();
    REQUIRE(made.host.emitted.size() == 1);

    made.host.reset(page);
    made.host.settle();

    CHECK(made.host.ended_senders ==
          (is_kept ? std::vector<std::uint32_t>()
                   : std::vector<std::uint32_t>{made.host.emitted[0].group}));
}

TEST_CASE("what a page began is ended when the page says goodbye, before it has hung up") {
    plugin made;
    made.start();
    test_stream& page = made.browser();
    made.say(page, R"([{"message": [144, 1, 100]}])");

    made.send(page, websocket_in::testing::close_frame(""));

    CHECK(made.host.ended_senders.size() == 1);
    CHECK_FALSE(page.is_closed);
}

TEST_CASE("what a page began is ended after the grace") {
    plugin made;
    made.config.set("when_gone", "\"end\"");
    made.config.set("gone_grace", "\"2s\"");
    made.start();
    test_stream& page = made.browser();
    made.say(page, R"([{"message": [144, 1, 100]}])");

    made.host.reset(page);
    made.host.advance_to(made.host.now_ns() + 1999 * ms);
    CHECK(made.host.ended_senders.empty());
    made.host.advance_to(made.host.now_ns() + ms);

    CHECK(made.host.ended_senders.size() == 1);
}

TEST_CASE("a page cancels what it has scheduled under a tag") {
    plugin made;
    made.start();
    test_stream& page = made.browser();
    made.say(page, R"([{"message": [144, 1, 100]}])");
    made.say(page, R"({"tactus": "tag", "tag": "drums"})");
    made.say(page, R"([{"message": [144, 2, 100]}])");
    made.say(page, R"({"tactus": "tag"})");
    made.say(page, R"([{"message": [144, 3, 100]}])");
    REQUIRE(made.host.emitted.size() == 3);
    const std::uint32_t plain = made.host.emitted[0].group;
    const std::uint32_t drums = made.host.emitted[1].group;
    CHECK(drums != plain);
    CHECK(made.host.emitted[2].group == plain);
    CHECK(made.host.emitted[1].tag == made.host.emitted[0].tag); // whom feedback is for

    made.say(page, R"({"tactus": "cancel", "tag": "drums"})");
    CHECK(made.host.canceled_tags == std::vector<std::uint32_t>{drums});
    made.say(page, R"({"tactus": "cancel"})");
    CHECK(made.host.canceled_tags == std::vector<std::uint32_t>{drums, plain, drums});
    made.host.reset(page);
    made.host.settle();

    CHECK(made.host.ended_senders == std::vector<std::uint32_t>{plain, drums});
}
