// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#include <tactus/cpp/http_authority.hpp>
#include <tactus/cpp/http_head.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

using tactus::http_authority;
using tactus::http_head;

namespace {

// Whole, and byte by byte: the answer must be the same.
bool is_accepted(const std::string& head) {
    http_head whole;
    const bool answer = whole.accepts(head);
    http_head pieces;
    bool last = true;
    for (const char c : head) {
        last = pieces.accepts({&c, 1});
    }
    CHECK(last == answer);
    return answer;
}

const std::string first = "GET / HTTP/1.1\r\n";

} // namespace

TEST_CASE("blanks and tabs behind the value of a field are left out") {
    CHECK(tactus::http_value("a b") == "a b");
    CHECK(tactus::http_value("a b \t ") == "a b");
    CHECK(tactus::http_value(" a\v") == " a\v");
    CHECK(tactus::http_value(" \t").empty());
    CHECK(tactus::http_value("").empty());
}

TEST_CASE("each tab of a head is a blank, in a copy") {
    std::array<char, 8> room;
    CHECK(tactus::http_blanks("\ta:\tb", room) == " a: b");
    CHECK(tactus::http_blanks("", room).empty());
}

TEST_CASE("heads that are written as they must be") {
    for (const std::string& head : std::vector<std::string>{
             first + "\r\n",
             first + "Host: localhost:9464\r\n\r\n",
             first + "Host:localhost\r\nX-1!#$%&'*+-.^_`|~: \t a b \t\r\n\r\n",
             first + "Empty:\r\n\r\n",
             first + "Name: caf\xc3\xa9 \x80\xff\r\n\r\n",
             "\n\r\n" + first + "\r\n",
             "GET /\r\n\r\n",
             "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
             "GET http://[::1]:9464/metrics?a=b HTTP/1.1\r\n\r\n",
             first + "\r\n" + std::string("\0\n behind the head", 18),
             "",
             "GE",
         }) {
        CAPTURE(head);
        CHECK(is_accepted(head));
    }
}

TEST_CASE("heads that could be read in two ways") {
    for (const std::string& head : std::vector<std::string>{
             first + "Host : localhost\r\n\r\n",
             first + "Host\t: localhost\r\n\r\n",
             first + "Host\r\n\r\n",
             first + ": nothing\r\n\r\n",
             first + " Host: localhost\r\n\r\n",
             first + "A: b\r\n folded\r\n\r\n",
             first + "A: b\r\n\tfolded\r\n\r\n",
             first + "A: b\n\r\n",
             first + "A: b\r\n\n",
             "GET / HTTP/1.1\n\n",
             first + "A: b\rc\r\n\r\n",
             first + "A: b\r\r\n\r\n",
             first + "A: " + std::string(1, '\0') + "\r\n\r\n",
             first + "A: \x7f\r\n\r\n",
             first + "A: \x1b\r\n\r\n",
             first + "A(b): c\r\n\r\n",
             first + "\xc3\xa9: c\r\n\r\n",
             "GET  / HTTP/1.1\r\n\r\n",
             "GET /  HTTP/1.1\r\n\r\n",
             "GET / HTTP/1.1 \r\n\r\n",
             "GET /\tHTTP/1.1\r\n\r\n",
             "GET /a b HTTP/1.1\r\n\r\n",
             "GET\r\n\r\n",
             "GET /\xc3\xa9 HTTP/1.1\r\n\r\n",
             " GET / HTTP/1.1\r\n\r\n",
             "\x16\x03\x01",
         }) {
        CAPTURE(head);
        CHECK_FALSE(is_accepted(head));
    }
}

TEST_CASE("a head that is wrong stays so") {
    http_head head;
    CHECK_FALSE(head.accepts("GET / HTTP/1.1\n"));
    CHECK_FALSE(head.accepts("Host: localhost\r\n\r\n"));
}

TEST_CASE("a Host has a host, and a port or none") {
    struct called {
        const char* text;
        const char* host;
        const char* port;
    };
    for (const called& one : std::vector<called>{{"tactus", "tactus", ""},
                                                 {"tactus:", "tactus", ""},
                                                 {"tactus:9464", "tactus", "9464"},
                                                 {"127.0.0.1:80", "127.0.0.1", "80"},
                                                 {"[::1]", "::1", ""},
                                                 {"[fe80::1%lo]:65535", "fe80::1%lo", "65535"}}) {
        INFO(one.text);
        const std::optional<http_authority> made = http_authority::parse(one.text);
        REQUIRE(made.has_value());
        CHECK(made->host == one.host);
        CHECK(made->port == one.port);
    }
    for (const char* const none : {"", ":80", "[]", "[]:80", "[::1", "[::1]x", "[::1]x:80", "::1",
                                   "a:b:c", "tactus:http", "tactus:123456", "tactus:-1"}) {
        INFO(none);
        CHECK_FALSE(http_authority::parse(none).has_value());
    }
}

TEST_CASE("an address has one way to be written, and a name is none") {
    CHECK(tactus::canonical_address("0:0::1%lo") == "::1");
    CHECK(tactus::canonical_address("::ffff:127.0.0.1") == "127.0.0.1");
    CHECK_FALSE(tactus::canonical_address("tactus").has_value());
    CHECK_FALSE(tactus::canonical_address("[::1]").has_value());
    CHECK_FALSE(tactus::canonical_address("").has_value());
}
