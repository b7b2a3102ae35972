// SPDX-License-Identifier: MIT
#include "kernel/metrics/http_request.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <string>

using tactus::metrics::request;
using tactus::metrics::request_parser;
using progress = tactus::metrics::request_parser::progress;

namespace {

progress feed_all(request_parser& parser, std::string_view bytes) {
    return parser.feed(bytes);
}

// A head of exactly so many bytes.
std::string head_of(std::size_t bytes) {
    std::string head = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Filler: ";
    const std::string end = "\r\n\r\n";
    head.append(bytes - head.size() - end.size(), 'x');
    return head + end;
}

} // namespace

TEST_CASE("a request head gives method, path and host") {
    request_parser parser;

    REQUIRE(feed_all(parser, "GET /metrics?name=x HTTP/1.1\r\nHost: localhost:9464\r\n\r\n") ==
            progress::complete);

    CHECK(parser.head().method == "GET");
    CHECK(parser.head().path == "/metrics");
    CHECK(parser.head().host == "localhost:9464");
    CHECK(parser.head().keeps_alive);
    CHECK_FALSE(parser.head().has_body);
}

TEST_CASE("blanks and tabs around the value of a header are not part of it") {
    const std::string before = GENERATE("", " ", "\t", " \t ");
    const std::string after = GENERATE("", " ", "\t", " \t ");
    const auto head = [&](const std::string& name, const std::string& value) {
        return name + ":" + before + value + after + "\r\n";
    };
    const std::string host = head("Host", "localhost:9464");
    const auto read = [](const std::string& fields) {
        request_parser parser;
        REQUIRE(feed_all(parser, "POST / HTTP/1.1\r\n" + fields + "\r\n") == progress::complete);
        return parser.head();
    };

    CHECK(read(host).host == "localhost:9464");
    CHECK(read(host + head("Sec-Fetch-Site", "cross-site")).is_from_foreign_page);
    CHECK(read(host + head("Origin", "http://evil.example")).is_from_foreign_page);
    CHECK_FALSE(read(host + head("Origin", "http://localhost:9464")).is_from_foreign_page);
    CHECK(read(host).keeps_alive);
    CHECK(read(host + head("Content-Length", "5")).has_body);
    CHECK(read(host + head("Transfer-Encoding", "chunked")).has_body);
    CHECK_FALSE(read(host + head("Connection", "close")).keeps_alive);
}

TEST_CASE("a request head that comes byte by byte is the same") {
    const std::string head = "GET /livez HTTP/1.1\r\nAccept: */*\r\nHOST: localhost\r\n\r\n";
    request_parser parser;

    for (std::size_t i = 0; i + 1 < head.size(); ++i) {
        REQUIRE(feed_all(parser, head.substr(i, 1)) == progress::incomplete);
    }
    REQUIRE(feed_all(parser, head.substr(head.size() - 1)) == progress::complete);

    CHECK(parser.head().path == "/livez");
    CHECK(parser.head().host == "localhost");
}

TEST_CASE("bytes behind the head are left for the next request") {
    std::string_view bytes = "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: y\r\n\r\n";
    request_parser parser;

    REQUIRE(parser.feed(bytes) == progress::complete);
    CHECK(parser.head().path == "/a");
    CHECK(bytes.starts_with("GET /b"));

    parser.reset();
    REQUIRE(parser.feed(bytes) == progress::complete);
    CHECK(parser.head().path == "/b");
    CHECK(parser.head().host == "y");
    CHECK(bytes.empty());
}

TEST_CASE("whether the connection stays is the version's and the header's to say") {
    const auto keeps_alive = [](std::string_view bytes) {
        request_parser parser;
        REQUIRE(parser.feed(bytes) == progress::complete);
        return parser.head().keeps_alive;
    };

    CHECK(keeps_alive("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    CHECK_FALSE(keeps_alive("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    CHECK_FALSE(keeps_alive("GET / HTTP/1.0\r\n\r\n"));
    CHECK(keeps_alive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST_CASE("a body is announced by its length or by chunks") {
    const auto has_body = [](std::string_view bytes) {
        request_parser parser;
        REQUIRE(parser.feed(bytes) == progress::complete);
        return parser.head().has_body;
    };

    CHECK(has_body("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"));
    CHECK(has_body("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    CHECK_FALSE(has_body("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
}

TEST_CASE("an absolute URL's host wins over the header") {
    request_parser parser;

    REQUIRE(feed_all(parser, "GET http://evil.example:80/metrics HTTP/1.1\r\nHost: localhost"
                             "\r\n\r\n") == progress::complete);

    CHECK(parser.head().host == "evil.example");
    CHECK(parser.head().path == "/metrics");
}

TEST_CASE("a request to upgrade is an ordinary one") {
    request_parser parser;

    REQUIRE(feed_all(parser, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                             "Upgrade: websocket\r\n\r\n") == progress::complete);

    CHECK(parser.head().path == "/livez");
}

TEST_CASE("what is not HTTP is malformed") {
    const std::string_view garbage =
        GENERATE(as<std::string_view>{}, "\x16\x03\x01\x02", "hello\r\n\r\n", "GET\r\n\r\n",
                 "GET /\r\n\r\n", "GET / HTTX/1.1\r\n\r\n", "get / HTTP/1.1\r\nHost: x\r\n\r\n",
                 "GET / HTTP/1.1\r\nHost\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                 "#bundle", "/note\r\n");
    request_parser parser;

    const progress seen = feed_all(parser, garbage);

    CHECK((seen == progress::malformed || seen == progress::unsupported_version));
}

TEST_CASE("HTTP/1.1 wants exactly one host") {
    request_parser parser;

    CHECK(feed_all(parser, "GET / HTTP/1.1\r\n\r\n") == progress::malformed);
    parser.reset();
    CHECK(feed_all(parser, "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n") == progress::malformed);
    parser.reset();
    CHECK(feed_all(parser, "GET / HTTP/1.0\r\n\r\n") == progress::complete);
}

TEST_CASE("an empty Host is none, and a head that could be read in two ways is malformed") {
    for (const char* const head :
         {"GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1\r\nHost: \t \r\n\r\n",
          "GET / HTTP/1.0\r\nHost:\r\n\r\n", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n",
          "GET / HTTP/1.1\nHost: localhost\n\n", "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
        CAPTURE(head);
        request_parser parser;
        CHECK(feed_all(parser, head) == progress::malformed);
    }
    request_parser old;
    CHECK(feed_all(old, "GET / HTTP/1.0\r\n\r\n") == progress::complete);
}

TEST_CASE("another major version is not spoken") {
    request_parser parser;

    CHECK(feed_all(parser, "GET / HTTP/2.0\r\nHost: x\r\n\r\n") == progress::unsupported_version);
}

TEST_CASE("a head at the limit is taken, one byte more is not") {
    request_parser parser;

    CHECK(feed_all(parser, head_of(request_parser::head_bytes_max)) == progress::complete);
    parser.reset();
    CHECK(feed_all(parser, head_of(request_parser::head_bytes_max + 1)) == progress::too_large);
}

TEST_CASE("empty lines before a request count towards its limit") {
    request_parser parser;

    CHECK(feed_all(parser, std::string(request_parser::head_bytes_max, '\n')) ==
          progress::too_large);
}

TEST_CASE("damaged heads get the same answer however they are cut into pieces") {
    const std::string whole = "GET /metrics?a=b HTTP/1.1\r\nHost: localhost:9464\r\nAccept: */*\r\n"
                              "Content-Length: 0\r\nConnection: keep-alive\r\n\r\n";
    const unsigned seed = GENERATE(range(1U, 301U));
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto below = [&](std::size_t end) { return random() % end; };
    std::string damaged = whole;
    for (std::size_t i = 0; i < 1 + seed % 3; ++i) {
        damaged[below(damaged.size())] = static_cast<char>(below(256));
    }

    request_parser at_once;
    const progress expected = feed_all(at_once, damaged);
    request_parser in_pieces;
    progress seen = progress::incomplete;
    for (std::string_view rest = damaged; !rest.empty() && seen == progress::incomplete;) {
        std::string_view piece = rest.substr(0, 1 + below(9));
        rest.remove_prefix(piece.size());
        seen = in_pieces.feed(piece);
    }

    CHECK(seen == expected);
    if (expected == progress::complete) {
        CHECK(in_pieces.head().path == at_once.head().path);
        CHECK(in_pieces.head().host == at_once.head().host);
    }
}
