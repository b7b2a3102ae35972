// SPDX-License-Identifier: MIT
// What the errors of endpoints say, and that what they suggest is accepted.
#include "kernel/config/endpoint.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace tactus::config {
namespace {

using Catch::Contains;
using enum endpoint_use;

constexpr std::array<std::string_view, 4> all{"udp", "tcp", "unix", "unixgram"};
constexpr std::array<std::string_view, 2> datagrams{"udp", "unixgram"};
constexpr std::span<const std::string_view> none{};

struct row {
    std::string_view text;
    std::span<const std::string_view> schemes;
    endpoint_use use;
    const char* message; // a part of it
    const char* hint;    // all of it
    const char* help;    // a part of it
};

// A group of messages each, by what is wrong.
const std::vector<row> rows{
    // the scheme
    {"unix:/tmp/x", all, send, "begins with udp://, tcp://, unix:// or unixgram://",
     "did you mean \"unix:///tmp/x\"?", ""},
    {"/tmp/x", all, send, "has no scheme", "did you mean \"unix:///tmp/x\"?", ""},
    {"/tmp/x", datagrams, send, "udp:// or unixgram://", "did you mean \"unixgram:///tmp/x\"?", ""},
    {"unixgram:/tmp/x", all, send, "has no scheme", "did you mean \"unixgram:///tmp/x\"?", ""},
    {"unix:/tmp/x", datagrams, send, "has no scheme", "", "must be of the same kind"},
    {"udp:127.0.0.1:9", all, send, "has no scheme", "did you mean \"udp://127.0.0.1:9\"?", ""},
    {"tcp:/127.0.0.1:9", all, send, "has no scheme", "did you mean \"tcp://127.0.0.1:9\"?", ""},
    {"//127.0.0.1:9", all, send, "has no scheme", "did you mean \"udp://127.0.0.1:9\"?", ""},
    {"udp:", all, send, "has no scheme", "", ""},
    {"127.0.0.1:0", all, send, "has no scheme", "", ""},
    {"127.0.0.1:0", all, listen, "has no scheme", "did you mean \"udp://127.0.0.1:0\"?", ""},
    {"upd://h:9", all, listen, "scheme \"upd\"", "did you mean \"udp://h:9\"?", ""},
    {"upd://h", all, listen, "scheme \"upd\"", "", ""},
    {"unix:///a", none, listen, "without a scheme", "expected one like \"127.0.0.1:9000\"", ""},
    {"http://127.0.0.1:9/metrics", none, listen, "without a scheme",
     "did you mean \"127.0.0.1:9\"?", ""},
    {"udp://udp://127.0.0.1:9", all, send, "\"udp://\" is a second scheme",
     "did you mean \"udp://127.0.0.1:9\"?", ""},
    {"udp://tcp://127.0.0.1:9", all, send, "\"tcp://\" is a second scheme", "", ""},
    {"unix://unix:///x", all, send, "a second scheme", "did you mean \"unix:///x\"?", ""},
    // the host and the port
    {"udp://127.0.0.1:9:9", all, send, "\"127.0.0.1:9:9\" has more than one port",
     "did you mean \"udp://127.0.0.1:9\"?", ""},
    {"udp://a:8:9", all, send, "has more than one port; expected one, like \"udp://a:9000\"", "",
     ""},
    {"udp://::1:9", all, send, "must be in brackets", "did you mean \"udp://[::1]:9\"?", ""},
    {"udp://[::1]", all, send, "port is missing", "add one, like \"udp://[::1]:9000\"", ""},
    {"udp://desk", all, send, "port is missing", "add one, like \"udp://desk:9000\"", ""},
    {"desk", none, listen, "port is missing", "add one, like \"desk:9000\"", ""},
    {"udp://[fe80::1]:7", all, send, "without a network interface",
     "add its interface, like \"udp://[fe80::1%eth0]:7\"", "ip link"},
    {"udp://[fe80::1]x:9", all, send, "\"x\" is unexpected", "expected \":\" and a port", ""},
    {"udp://[::1]9", all, send, "\"9\" is unexpected", "did you mean \"udp://[::1]:9\"?", ""},
    {"udp://[desk]:9", all, send, "in brackets", "did you mean \"udp://desk:9\"?", ""},
    {"udp://h:x", all, send, "expected 1 to 65535", "", ""},
    {"udp://h:70000", all, send, "expected 1 to 65535", "", ""},
    {"udp://h:0", all, send, "cannot be sent to", "write the receiver's port", ""},
    {"udp://h:x", all, listen, "expected 0 to 65535", "", ""},
    {"udp://h:70000", all, listen, "expected 0 to 65535", "", ""},
    {"udp://:9", all, send, "host before the port is missing", "", "the receiver's address"},
    {"udp://*:9", all, send, "\"*\" is not a host", "", "the receiver's address"},
    {"udp://:9", all, listen, "host before the port is missing", "", "0.0.0.0 is every network"},
    {"udp://*:9", all, listen, "\"*\" is not a host", "", "0.0.0.0 is every network"},
    {"udp://-desk:9", all, send, "begins with \"-\"; expected a letter or a digit", "", "DNS"},
    {"udp://.desk:9", all, send, "begins with \".\"; expected a letter or a digit", "", "DNS"},
    {"udp://a..b:9", all, send, "two dots in a row; expected one", "", "DNS"},
    {"udp://schr\u00f6der:9", all, send, "is not ASCII; expected its form that begins with xn--",
     "", "DNS"},
    {"udp://127.0.0.01:9", all, send,
     "is not an IPv4 address; expected four numbers from 0 to 255 without leading zeros", "", ""},
    {"udp://192.168.1:9", all, send, "expected four numbers from 0 to 255", "", ""},
    {"udp://foyer desk:9", all, send, "contains a blank; expected letters, digits, \"-\"", "",
     "DNS"},
    {"udp:// desk:9", all, send, "contains a blank", "did you mean \"udp://desk:9\"?", "DNS"},
    {"udp://user@desk:9", all, send, "contains \"@\"; expected letters, digits", "", "DNS"},
};

TEST_CASE("each fault of an endpoint has its cause, and what to write instead") {
    for (const row& one : rows) {
        CAPTURE(one.text, one.use == send);
        const auto parsed = parse_endpoint(one.text, one.schemes, one.use);
        REQUIRE_FALSE(parsed.has_value());
        CHECK_THAT(parsed.error().message, Contains(one.message));
        CHECK(parsed.error().hint == one.hint);
        CHECK_THAT(parsed.error().help, Contains(one.help));
        CHECK((one.help[0] != '\0' || parsed.error().help.empty()));
    }
}

TEST_CASE("a host name that is too long is told how long it may be") {
    const auto parsed = parse_endpoint("udp://" + std::string(254, 'a') + ":1", all);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().message == "the host has 254 bytes; expected at most 253");
}

TEST_CASE("a suggestion that would be truncated or altered is not shown") {
    const std::string long_host(90, 'a');
    CHECK(parse_endpoint(long_host + ":1", all).error().hint.empty());
    CHECK(parse_endpoint("udp://" + long_host, all).error().hint == "add one after a colon");
    CHECK(parse_endpoint("/tmp/a\"b", all).error().hint.empty());
}

// The endpoints that a text offers: between quotes after "mean" and "like".
std::vector<std::string> offered(const std::string& text) {
    std::vector<std::string> found;
    for (const std::string_view lead : {"did you mean \"", "like \""}) {
        const std::size_t at = text.find(lead);
        const std::size_t from = at + lead.size();
        if (at != std::string::npos) {
            found.push_back(text.substr(from, text.find('"', from) - from));
        }
    }
    return found;
}

std::string random_endpoint(std::mt19937& random) {
    static constexpr std::array<std::string_view, 34> parts{
        "udp",  "tcp",       "unix", "unixgram", "://",    "://",       ":",     ":",     "/",
        "//",   "[",         "]",    "::1",      "[::1]",  "fe80::1",   "%",     "%eth0", "*",
        "desk", "127.0.0.1", "1.2",  "9",        ":9",     ":9",        "0",     "70000", ".",
        "-",    " ",         "\"",   "x",        "/tmp/x", "localhost", "\u00f6"};
    std::string made;
    for (std::size_t n = 1 + random() % 6; n > 0; --n) {
        made += parts[random() % parts.size()];
    }
    return random() % 2 == 0 ? "udp://" + made : made;
}

TEST_CASE("an endpoint is never told to be one that is refused") {
    std::mt19937 random(20); // NOLINT(cert-msc51-cpp,cert-msc32-c): the same each time
    std::size_t count = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::string text = random_endpoint(random);
        const std::array<std::span<const std::string_view>, 3> sets{all, datagrams, none};
        const auto schemes = sets[random() % sets.size()];
        const endpoint_use use = random() % 2 == 0 ? send : listen;
        const auto parsed = parse_endpoint(text, schemes, use);
        if (parsed.has_value()) {
            continue;
        }
        for (const std::string* const said : {&parsed.error().message, &parsed.error().hint}) {
            for (const std::string& one : offered(*said)) {
                CAPTURE(text, *said, use == send);
                REQUIRE(parse_endpoint(one, schemes, use).has_value());
                ++count;
            }
        }
    }
    CHECK(count > 1000);
}

} // namespace
} // namespace tactus::config
