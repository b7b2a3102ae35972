// SPDX-License-Identifier: MIT
#include "plugins/websocket_in/token_guard.hpp"
#include "tests/support/catch.hpp"

#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>

using websocket_in::token_guard;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1'000'000'000;

tactus_address address(const std::string& text) {
    tactus_address made{};
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = 40000;
        made.size = sizeof v4;
        std::memcpy(made.bytes, &v4, sizeof v4);
    } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        made.size = sizeof v6;
        std::memcpy(made.bytes, &v6, sizeof v6);
    }
    return made; // of size 0 for ""
}

// How long a token of that address would wait.
std::int64_t wait_ns(token_guard& guard, const std::string& from, std::int64_t now_ns) {
    const auto turn = guard.turn_ns(address(from), true, now_ns);
    return turn ? *turn - now_ns : -1;
}

} // namespace

TEST_CASE("right tokens never wait, and are not remembered") {
    token_guard guard;
    for (int i = 0; i < 100; ++i) {
        CHECK(guard.turn_ns(address("10.0.0.1"), true, 5 * s) == 5 * s);
    }
    CHECK(guard.addresses() == 0);
}

TEST_CASE("each wrong token of an address makes its next one wait, up to 4 s") {
    token_guard guard;
    std::int64_t now_ns = s;
    CHECK(guard.turn_ns(address("10.0.0.1"), false, now_ns) == now_ns); // the first is free
    for (const std::int64_t pause_ns : {500 * ms, s, 2 * s, 4 * s, 4 * s, 4 * s}) {
        const auto turn = guard.turn_ns(address("10.0.0.1"), false, now_ns);
        REQUIRE(turn.has_value());
        CHECK(*turn == now_ns + pause_ns);
        now_ns = *turn;
    }
    CHECK(wait_ns(guard, "10.0.0.1", now_ns) == 4 * s); // a right one, too
    CHECK(wait_ns(guard, "10.0.0.2", now_ns) == 0);
}

TEST_CASE("connections of an address stand in one line, and a long one is not judged") {
    token_guard guard;
    int judged = 0;
    for (int i = 0; i < 64; ++i) {
        judged += guard.turn_ns(address("10.0.0.1"), false, s).has_value() ? 1 : 0;
    }
    CHECK(judged == 5); // at 0, 0.5, 1.5, 3.5 and 7.5 s
    CHECK_FALSE(guard.turn_ns(address("10.0.0.1"), true, s).has_value());
    CHECK(guard.turn_ns(address("10.0.0.2"), true, s) == s);
}

TEST_CASE("300 guesses take minutes, one after the other and at once") {
    token_guard guard;
    std::int64_t now_ns = s;
    for (int i = 0; i < 300; ++i) {
        now_ns = guard.turn_ns(address("10.0.0.1"), false, now_ns).value();
    }
    CHECK(now_ns > 1180 * s);
}

TEST_CASE("a minute after its last turn an address is forgotten") {
    token_guard guard;
    CHECK(guard.turn_ns(address("10.0.0.1"), false, s) == s);
    CHECK(guard.turn_ns(address("10.0.0.1"), false, 61 * s) == 61 * s);
    CHECK(wait_ns(guard, "10.0.0.1", 61 * s) == s); // not yet forgotten: the second in a row
    CHECK(wait_ns(guard, "10.0.0.1", 121 * s + 999 * ms) == 0);
    CHECK(guard.addresses() == 1);
    CHECK(wait_ns(guard, "10.0.0.1", 122 * s) == 0);
    CHECK(guard.addresses() == 0);
}

TEST_CASE("IPv6 counts by its /64, IPv4 the same in both ways to write it, the unknown as one") {
    token_guard guard;
    for (const char* const from : {"2001:db8::1", "10.0.0.1", ""}) {
        static_cast<void>(guard.turn_ns(address(from), false, s));
    }
    CHECK(wait_ns(guard, "2001:db8::ffff:2", s) == 500 * ms);
    CHECK(wait_ns(guard, "2001:db8:0:1::1", s) == 0);
    CHECK(wait_ns(guard, "::ffff:10.0.0.1", s) == 500 * ms);
    CHECK(wait_ns(guard, "::ffff:10.0.0.2", s) == 0);
    CHECK(wait_ns(guard, "", s) == 500 * ms);
    CHECK(guard.addresses() == 3);
}

TEST_CASE("256 addresses are remembered; then the one whose turn is longest ago goes") {
    token_guard guard;
    for (std::size_t i = 0; i < token_guard::addresses_max; ++i) {
        const std::string from = "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
        static_cast<void>(guard.turn_ns(address(from), false, s + static_cast<std::int64_t>(i)));
    }
    static_cast<void>(guard.turn_ns(address("10.1.0.0"), false, s + 300));

    CHECK(guard.addresses() == token_guard::addresses_max);
    CHECK(wait_ns(guard, "10.0.0.0", s + 300) == 0);
    CHECK(wait_ns(guard, "10.0.0.1", s + 300) == 500 * ms - 299);
    CHECK(wait_ns(guard, "10.1.0.0", s + 300) == 500 * ms);
}
