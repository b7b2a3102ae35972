// SPDX-License-Identifier: MIT
// A connection ends: what it began and has scheduled goes with it, unless the file says otherwise.
#include "tests/plugins/osc_in/live_osc.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace live_osc;
using namespace tactus::testing;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

using senders = std::vector<std::uint32_t>;

} // namespace

TEST_CASE("what a peer began is ended when its connection is reset, or ends") {
    osc_in made;
    made.start();
    test_stream& first = made.client();
    test_stream& second = made.client();
    made.host.feed(first, sized_a);
    made.host.feed(second, sized_a);
    made.host.settle();
    REQUIRE(made.host.emitted.size() == 2);

    if (GENERATE(false, true)) {
        made.host.reset(first);
    } else {
        made.host.end(first);
    }
    made.host.settle();

    CHECK(made.host.ended_senders == senders{made.host.emitted[0].group});
    CHECK(made.host.emitted[0].group != made.host.emitted[1].group);
}

TEST_CASE("what a peer began that is refused is ended, too") {
    osc_in made;
    made.start();
    test_stream& peer = made.client();

    made.host.feed(peer, sized_a + std::string("\0\0\0\x01x", 5) + std::string("\x7f\0\0\0", 4));
    made.host.settle();

    CHECK(peer.is_closed);
    CHECK(made.host.ended_senders.size() == 1);
}

TEST_CASE("what a peer began stays, or ends later, where the file says so") {
    osc_in made;
    const bool is_kept = GENERATE(false, true);
    made.config.set(is_kept ? "when_gone" : "gone_grace", is_kept ? "\"keep\"" : "\"2s\"");
    made.start();
    test_stream& peer = made.client();
    made.host.feed(peer, sized_a);
    made.host.settle();

    made.host.reset(peer);
    made.host.advance_to(made.host.now_ns() + second_ns);
    CHECK(made.host.ended_senders.empty());
    made.host.advance_to(made.host.now_ns() + second_ns);

    CHECK(made.host.ended_senders.size() == (is_kept ? 0 : 1));
}

TEST_CASE("the end of the input ends its connections beside datagrams, which stay") {
    osc_in made;
    const bool is_kept = GENERATE(false, true);
    made.config.add("listen", "\"udp://127.0.0.1:9001\"");
    if (is_kept) {
        made.config.set("when_gone", "\"keep\"");
    }
    made.start();
    test_stream& peer = made.client();
    made.host.feed(peer, sized_a);
    made.host.settle();
    REQUIRE(made.host.emitted.size() == 1);
    const std::uint32_t group = made.host.emitted[0].group;

    made.stop();

    CHECK(made.host.ended_senders == (is_kept ? senders{} : senders{group}));
    CHECK_FALSE(made.host.ends_with_instance);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("who is waited for at the end of the input does not return") {
    osc_in made;
    made.config.add("listen", "\"udp://127.0.0.1:9001\"");
    made.config.set("gone_grace", "\"2s\"");
    made.start();
    test_stream& peer = made.client();
    made.host.feed(peer, sized_a);
    made.host.settle();
    made.host.reset(peer);
    made.host.settle();
    REQUIRE(made.host.ended_senders.empty());

    made.stop();

    CHECK(made.host.ended_senders.size() == 1);
}

TEST_CASE("the end of an input that has connections alone is one step") {
    osc_in made;
    made.start();
    made.host.feed(made.client(), sized_a);
    made.host.settle();

    made.stop();

    CHECK(made.host.ended_senders.empty());
    CHECK(made.host.ends_with_instance);
}

TEST_CASE("what is meant for connections is refused where there are only datagrams") {
    const std::string key = GENERATE("when_gone", "gone_grace");
    osc_in made("udp://127.0.0.1:9100");
    made.config.set(key, key == "when_gone" ? "\"end\"" : "\"1s\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == key);
    CHECK(made.host.error_text.find("connections") != std::string::npos);
}

TEST_CASE("a grace without an end is refused at its key") {
    osc_in made;
    made.config.set("when_gone", "\"keep\"").set("gone_grace", "\"1s\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "gone_grace");
}

TEST_CASE("what connections began ends with the whole input, and what datagrams began stays") {
    const bool has_datagrams = GENERATE(false, true);
    const bool is_kept = GENERATE(false, true);
    osc_in made(has_datagrams ? "udp://127.0.0.1:9100" : door);
    if (is_kept && !has_datagrams) {
        made.config.set("when_gone", "\"keep\"");
    }

    made.start();

    CHECK(made.host.ends_with_instance == (!has_datagrams && !is_kept));
}
