// SPDX-License-Identifier: MIT
#include "plugins/websocket_in/access.hpp"
#include "tests/support/catch.hpp"

using namespace websocket_in;

namespace {

struct claim {
    const char* text;
    bool is_allowed;
};

access_policy policy(std::vector<std::string> origins, std::string bound = "127.0.0.1") {
    return access_policy({std::move(bound), std::move(origins), {"stage.example"}, ""});
}

} // namespace

TEST_CASE("by default only pages of this machine may speak") {
    const auto& [origin, is_allowed] = GENERATE(values<claim>({
        {"http://localhost", true},
        {"http://localhost:4321", true},
        {"https://localhost:8443", true},
        {"HTTP://LOCALHOST:4321", true},
        {"http://127.0.0.1:5173", true},
        {"http://[::1]:5173", true},
        {"https://strudel.cc", false},
        {"null", false},
        {"", false},
        {"file://", false},
        {"http://localhost.evil.example", false},
        {"http://evil-localhost", false},
        {"http://127.0.0.1.evil.example", false},
        {"http://127.0.0.2", false},
        {"http://localhost:80:80", false},
        {"http://user@localhost", false},
        {"http://localhost/", false},
        {"http://localhost, http://evil.example", false},
        {"chrome-extension://localhost", false},
        {"localhost", false},
        {"http://", false},
        {"http://localhost:x", false},
        {"http://localhost:999999", false},
    }));

    CAPTURE(origin);
    CHECK(policy({}).allows_origin(origin) == is_allowed);
}

TEST_CASE("a listed origin is allowed by scheme, host and port, and nothing like it") {
    const auto& [origin, is_allowed] = GENERATE(values<claim>({
        {"https://strudel.cc", true},
        {"https://strudel.cc:443", true},
        {"https://Strudel.cc", true},
        {"http://strudel.cc", false},
        {"https://strudel.cc:8443", false},
        {"https://www.strudel.cc", false},
        {"https://strudel.cc.evil.example", false},
        {"https://strudel.c", false},
        {"https://strudel.ccc", false},
        {"https://evil.example/https://strudel.cc", false},
        {"http://pi.local:8080", true},
        {"http://pi.local", false},
        {"tauri://localhost", true},
    }));

    CAPTURE(origin);
    CHECK(policy({"https://strudel.cc", "http://pi.local:8080", "tauri://localhost"})
              .allows_origin(origin) == is_allowed);
}

TEST_CASE("what can never match is not an origin") {
    const auto& [text, is_one] = GENERATE(values<claim>({
        {"https://strudel.cc", true},
        {"http://[::1]:80", true},
        {"https://*.strudel.cc", false},
        {"strudel.cc", false},
        {"https://strudel.cc/", false},
        {"https://", false},
        {"https://[::1", false},
        {"null", false},
        {"*", false},
    }));

    CAPTURE(text);
    CHECK(is_origin(text) == is_one);
}

TEST_CASE("a client calls us by our address, localhost or an allowed name") {
    const auto& [host, is_allowed] = GENERATE(values<claim>({
        {"127.0.0.1:8080", true},
        {"127.0.0.1", true},
        {"localhost:8080", true},
        {"LocalHost", true},
        {"localhost:", true},
        {"stage.example:8080", true},
        {"evil.example", false},
        {"evil.example:8080", false},
        {"127.0.0.2", false},
        {"[::1]:8080", false},
        {"localhost.evil.example", false},
        {"evil.localhost", false},
        {"localhost:8080:80", false},
        {"localhost:http", false},
        {"[::1", false},
        {"", false},
        {":8080", false},
    }));

    CAPTURE(host);
    CHECK(policy({}).allows_host(host) == is_allowed);
}

TEST_CASE("bound to every address, any literal will do and no other name") {
    const auto bound = GENERATE(as<std::string>(), "0.0.0.0", "::");
    const access_policy open = policy({}, bound);

    CHECK(open.allows_host("192.168.0.7:8080"));
    CHECK(open.allows_host("[fe80::1]:8080"));
    CHECK_FALSE(open.allows_host("evil.example"));
}

TEST_CASE("an address is the same however it is written") {
    CHECK(policy({}, "::1").allows_host("[0:0:0:0:0:0:0:1]:8080"));
    CHECK(policy({}, "127.0.0.1").allows_host("[::ffff:127.0.0.1]:8080"));
    CHECK_FALSE(policy({}, "127.0.0.1").allows_host("[::ffff:127.0.0.2]:8080"));
}

TEST_CASE("clients do not say by which interface they call") {
    CHECK(policy({}, "fe80::1%eth0").allows_host("[fe80::1]:8080"));
    CHECK(policy({}, "fe80::1%eth0").allows_host("[fe80::1%eth1]:8080"));
    CHECK_FALSE(policy({}, "fe80::1%eth0").allows_host("[fe80::2]:8080"));
}

TEST_CASE("a token is said as a subprotocol, whole, wrong or not at all") {
    const access_policy guarded({"127.0.0.1", {}, {}, "correct-horse-battery"});
    struct offer {
        const char* protocols;
        token_said said;
    };
    const auto& [protocols, said] = GENERATE(values<offer>({
        {"tactus.v1, token.correct-horse-battery", token_said::right},
        {"token.correct-horse-battery", token_said::right},
        {"token.wrong, token.correct-horse-battery", token_said::right},
        {"token.correct-horse-batterx", token_said::wrong},
        {"token.correct-horse-batter", token_said::wrong},
        {"token.correct-horse-battery-", token_said::wrong},
        {"tactus.v1, token.", token_said::wrong},
        {"TOKEN.correct-horse-battery", token_said::none},
        {"correct-horse-battery", token_said::none},
        {"tactus.v1", token_said::none},
        {"", token_said::none},
    }));

    CAPTURE(protocols);
    CHECK(guarded.find_token(protocols) == said);
}

TEST_CASE("where no token is asked for, any list of subprotocols will do") {
    CHECK(policy({}).find_token("") == token_said::right);
    CHECK(policy({}).find_token("token.any") == token_said::right);
}

TEST_CASE("a token has 16 to 128 characters that a subprotocol may have") {
    CHECK(is_token("abcdefghABCDEFGH"));
    CHECK(is_token(std::string(128, '_')));
    CHECK_FALSE(is_token(std::string(129, '_')));
    CHECK_FALSE(is_token("abcdefghABCDEFG"));
    CHECK_FALSE(is_token("abcdefgh ABCDEFGH"));
    CHECK_FALSE(is_token("abcdefgh,ABCDEFGH"));
    CHECK_FALSE(is_token(""));
}
