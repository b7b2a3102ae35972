// SPDX-License-Identifier: MIT
// Whole requests as they come from browsers, scanners and pages that mean no good.
#include "plugins/websocket_in/handshake.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace websocket_in;

namespace {

const std::string key_header = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string upgrade_headers = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
const std::string version_header = "Sec-WebSocket-Version: 13\r\n";
const std::string host_header = "Host: localhost:8080\r\n";
const std::string good_head = host_header + upgrade_headers + key_header + version_header;

std::string get(const std::string& headers) {
    return "GET / HTTP/1.1\r\n" + headers + "\r\n";
}

access_policy policy(std::string token = "") {
    return access_policy({"127.0.0.1", {"https://strudel.cc"}, {}, std::move(token)});
}

/// The status that a request gets, however it is cut into pieces.
handshake_answer ask(const std::string& bytes, const access_policy& by = policy(),
                     std::size_t piece = 8192) {
    request_parser parser;
    for (std::string_view rest = bytes; !rest.empty();) {
        std::string_view now = rest.substr(0, piece);
        rest.remove_prefix(now.size());
        switch (parser.feed(now)) {
        case request_parser::progress::incomplete:
            break;
        case request_parser::progress::complete:
            return answer(parser.head(), by);
        case request_parser::progress::malformed:
            return refuse(400);
        case request_parser::progress::too_large:
            return refuse(431);
        }
    }
    return {};
}

struct request_case {
    const char* what;
    std::string bytes;
    int status;
};

std::string many_headers() {
    std::string many;
    for (int i = 0; i < 1000; ++i) {
        many += "X-" + std::to_string(i) + ": y\r\n";
    }
    return many;
}

// Optional white space, which is not part of the values.
std::string with_blanks_at_ends(std::string headers) {
    for (std::size_t at = 0; (at = headers.find("\r\n", at)) != std::string::npos; at += 5) {
        headers.insert(at, " \t ");
    }
    return headers;
}

const std::vector<request_case> cases{
    {"blanks behind each value",
     get(with_blanks_at_ends(good_head + "Origin: https://strudel.cc\r\n")), 101},
    {"blanks behind each value, and an Origin that is not allowed",
     get(with_blanks_at_ends(good_head + "Origin: https://evil.example\r\n")), 403},
    {"no Origin: a program", get(good_head), 101},
    {"Firefox's Connection",
     get(host_header + "Connection: keep-alive, Upgrade\r\n" + "Upgrade: WebSocket\r\n" +
         key_header + version_header),
     101},
    {"two Connection headers",
     get(host_header + "Connection: keep-alive\r\nConnection: upgrade\r\nUpgrade: websocket\r\n" +
         key_header + version_header),
     101},
    {"an extension is offered",
     get(good_head + "Sec-WebSocket-Extensions: "
                     "permessage-deflate; client_max_window_bits\r\n"),
     101},
    {"another path", "GET /osc?x=1 HTTP/1.1\r\n" + good_head + "\r\n", 101},
    {"a listed origin", get(good_head + "Origin: https://strudel.cc\r\n"), 101},
    {"a foreign origin", get(good_head + "Origin: https://evil.example\r\n"), 403},
    {"the origin null", get(good_head + "Origin: null\r\n"), 403},
    {"an empty origin", get(good_head + "Origin: \r\n"), 403},
    {"two origins, one good",
     get(good_head + "Origin: http://localhost\r\nOrigin: https://evil.example\r\n"), 400},
    {"a foreign host",
     get("Host: evil.example:8080\r\n" + upgrade_headers + key_header + version_header), 403},
    {"origin and host agree, and both are foreign",
     get("Host: evil.example\r\nOrigin: http://evil.example\r\n" + upgrade_headers + key_header +
         version_header),
     403},
    {"no host", get(upgrade_headers + key_header + version_header), 400},
    {"an empty host", get("Host: \r\n" + upgrade_headers + key_header + version_header), 400},
    {"an empty host, and a page is asked for", get("Host:\r\n"), 400},
    {"two hosts", get(host_header + good_head), 400},
    {"a page is asked for", get(host_header + "Accept: text/html\r\n"), 426},
    {"no Connection", get(host_header + "Upgrade: websocket\r\n" + key_header + version_header),
     426},
    {"an upgrade to HTTP/2",
     get(host_header + "Upgrade: h2c\r\nConnection: Upgrade\r\n" + key_header + version_header),
     426},
    {"version 8", get(host_header + upgrade_headers + key_header + "Sec-WebSocket-Version: 8\r\n"),
     426},
    {"no version", get(host_header + upgrade_headers + key_header), 426},
    {"no key", get(host_header + upgrade_headers + version_header), 400},
    {"a short key",
     get(host_header + upgrade_headers + version_header + "Sec-WebSocket-Key: c2hvcnQ=\r\n"), 400},
    {"a key of no base64",
     get(host_header + upgrade_headers + version_header +
         "Sec-WebSocket-Key: dGhlIHNhb!BsZSBub25jZQ==\r\n"),
     400},
    {"two keys", get(good_head + key_header), 400},
    {"POST", "POST / HTTP/1.1\r\n" + host_header + "Content-Length: 2\r\n\r\nhi", 405},
    {"POST that upgrades", "POST / HTTP/1.1\r\n" + good_head + "\r\n", 405},
    {"GET with a body", get(good_head + "Content-Length: 2\r\n"), 400},
    {"GET with chunks", get(good_head + "Transfer-Encoding: chunked\r\n"), 400},
    {"HTTP/1.0", "GET / HTTP/1.0\r\n" + good_head + "\r\n", 505},
    {"HTTP/0.9", "GET /\r\n\r\n", 505},
    {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
    {"OSC", std::string("/dirt/play\0\0,s\0\0bd\0\0", 20), 400},
    {"a frame", std::string("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11), 400},
    {"a head of 9000 bytes", get(good_head + "X: " + std::string(9000, 'x') + "\r\n"), 431},
    {"1000 headers", get(good_head + many_headers()), 431},
};

} // namespace

TEST_CASE("the key is proved as the specification's example says") {
    CHECK(accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("a browser's request is accepted with the key's proof") {
    const handshake_answer yes = ask(get(good_head + "Origin: http://localhost:4321\r\n"));

    CHECK(yes.is_accepted());
    CHECK(yes.bytes == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\n"
                       "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST_CASE("handshakes") {
    const auto at = GENERATE(range(std::size_t{0}, cases.size()));
    const request_case& one = cases[at];
    const std::size_t piece = GENERATE(1U, 7U, 8192U);

    CAPTURE(one.what, piece);
    CHECK(ask(one.bytes, policy(), piece).status == one.status);
}

TEST_CASE("a head is taken up to 8 KiB and not a byte more") {
    const std::string start = get(good_head);
    const std::size_t padding = request_parser::head_bytes_max - start.size() - 5;

    CHECK(ask(get(good_head + "X: " + std::string(padding, 'x') + "\r\n")).status == 101);
    CHECK(ask(get(good_head + "X: " + std::string(padding + 1, 'x') + "\r\n")).status == 431);
}

TEST_CASE("what follows the head is left alone") {
    request_parser parser;
    const std::string both = get(good_head) + "\x81\x80";
    std::string_view bytes = both;

    REQUIRE(parser.feed(bytes) == request_parser::progress::complete);

    CHECK(bytes == "\x81\x80");
}

TEST_CASE("a token is asked for where one is set, and never said back") {
    const access_policy guarded = policy("correct-horse-battery");
    const auto with = [](const std::string& protocols) {
        return get(good_head + "Sec-WebSocket-Protocol: " + protocols + "\r\n");
    };

    const handshake_answer no = ask(with("tactus.v1, token.wrong-horse-battery"), guarded);
    const handshake_answer yes = ask(with("tactus.v1, token.correct-horse-battery"), guarded);

    CHECK(no.status == 403);
    CHECK(no.bytes.find("horse") == std::string::npos);
    CHECK(yes.status == 101);
    CHECK_FALSE(yes.must_prove);
    CHECK(yes.bytes.find("Sec-WebSocket-Protocol: tactus.v1\r\n") != std::string::npos);
    CHECK(yes.bytes.find("horse") == std::string::npos);
}

TEST_CASE("who says no token is let in to say it later, where Host and Origin let him") {
    const access_policy guarded = policy("correct-horse-battery");

    const handshake_answer later = ask(get(good_head), guarded);

    CHECK(later.is_accepted());
    CHECK(later.must_prove);
    CHECK_FALSE(ask(get(good_head)).must_prove);
    CHECK(ask(get(good_head + "Origin: https://evil.example\r\n"), guarded).status == 403);
    CHECK(
        ask(get("Host: evil.example\r\n" + upgrade_headers + key_header + version_header), guarded)
            .status == 403);
}

TEST_CASE("protocols may come in several headers") {
    const access_policy guarded = policy("correct-horse-battery");

    const handshake_answer yes = ask(get(good_head + "Sec-WebSocket-Protocol: tactus.v1\r\n" +
                                         "Sec-WebSocket-Protocol: token.correct-horse-battery\r\n"),
                                     guarded);

    CHECK(yes.is_accepted());
    CHECK_FALSE(yes.must_prove);
}

TEST_CASE("a protocol that is not ours is not agreed to") {
    const handshake_answer yes = ask(get(good_head + "Sec-WebSocket-Protocol: mqtt\r\n"));

    CHECK(yes.is_accepted());
    CHECK(yes.bytes.find("Sec-WebSocket-Protocol") == std::string::npos);
}

TEST_CASE("a refusal is a whole answer that ends the connection") {
    const handshake_answer no = ask(get(good_head + "Origin: https://evil.example\r\n"));

    CHECK(no.bytes.starts_with("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n"));
    const std::size_t body = no.bytes.find("\r\n\r\n") + 4;
    CHECK(no.bytes.find("Content-Length: " + std::to_string(no.bytes.size() - body) + "\r\n") !=
          std::string::npos);
    CHECK(no.bytes.find("evil") == std::string::npos);
    CHECK(no.why.find("Origin") != std::string::npos);
}

TEST_CASE("a request without a Host is told so, and which entry to add is not") {
    const handshake_answer no = ask(get(upgrade_headers + key_header + version_header));

    CHECK(no.why == "An HTTP/1.1 request must have exactly one Host header.");
    CHECK(no.advice.empty());
}

TEST_CASE("who asks for a page is told what this port speaks") {
    const handshake_answer no = ask(get(host_header));

    CHECK(no.bytes.starts_with("HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"));
    CHECK(ask("POST / HTTP/1.1\r\n" + host_header + "\r\n").bytes.find("Allow: GET\r\n") !=
          std::string::npos);
    CHECK(refuse(408).bytes.starts_with("HTTP/1.1 408 Request Timeout\r\n"));
}
