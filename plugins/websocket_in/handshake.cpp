// SPDX-License-Identifier: MIT
#include "handshake.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <utility>

namespace websocket_in {
namespace {

constexpr std::string_view our_protocol = "tactus.v1";

std::string_view reason_of(int status) noexcept {
    switch (status) {
    case 403:
        return "Forbidden";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 426:
        return "Upgrade Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Bad Request";
    }
}

std::string_view headers_of(int status) noexcept {
    switch (status) {
    case 405:
        return "Allow: GET\r\n";
    case 426:
        return "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
    case 429:
        return "Retry-After: 10\r\n";
    default:
        return "";
    }
}

handshake_answer refuse_with(int status, std::string why) {
    const std::string body = why + "\n";
    handshake_answer no;
    no.status = status;
    no.bytes = "HTTP/1.1 " + std::to_string(status) + " ";
    no.bytes += reason_of(status);
    no.bytes += "\r\n";
    no.bytes += headers_of(status);
    // A 426 answer has its own Connection header; the connection ends after it anyway.
    no.bytes += status == 426 ? "" : "Connection: close\r\n";
    no.bytes += "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n";
    no.bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    no.why = std::move(why);
    return no;
}

// ` It is "https://strudel.cc"; if you know it, add to origins: 'https://strudel.cc'.`
std::string advice(const char* option, std::string_view said, const std::string& entry) {
    constexpr std::size_t said_max = 200;
    std::string text = " It is \"" + std::string(said.substr(0, said_max)) + "\"";
    if (!entry.empty() && entry.size() <= said_max && entry.find('\'') == std::string::npos) {
        text += "; if you know it, add to " + std::string(option) + ": '" + entry + "'";
    }
    return text + ".";
}

bool has_element(std::string_view list, std::string_view wanted) {
    bool is_there = false;
    for_each_element(list, [&](std::string_view one) {
        is_there |=
            one.size() == wanted.size() && strncasecmp(one.data(), wanted.data(), one.size()) == 0;
    });
    return is_there;
}

bool offers_ours(std::string_view protocols) {
    bool is_there = false;
    for_each_element(protocols, [&](std::string_view one) { is_there |= one == our_protocol; });
    return is_there;
}

// 16 bytes in base64: 22 digits and two padding characters.
bool is_key(std::string_view key) noexcept {
    return key.size() == 24 && key.ends_with("==") &&
           std::all_of(key.begin(), key.begin() + 22, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/';
           });
}

} // namespace

std::string accept_key(std::string_view key) {
    std::string text(key);
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> encoded{};
    const int size = EVP_EncodeBlock(encoded.data(), digest.data(), SHA_DIGEST_LENGTH);
    return std::string(encoded.begin(), encoded.begin() + size);
}

handshake_answer refuse(int status) {
    switch (status) {
    case 408:
        return refuse_with(status, "Timed out waiting for the request head.");
    case 429:
        return refuse_with(status, "Too many wrong tokens from this address.");
    case 431:
        return refuse_with(status, "The request head is longer than 8192 bytes.");
    default:
        return refuse_with(status, "Malformed HTTP request.");
    }
}

// The policy is checked first: a client that is not allowed learns nothing about the rest.
handshake_answer answer(const request& asked, const access_policy& policy) {
    if (!asked.is_http_1_1) {
        return refuse_with(505, "A WebSocket handshake requires HTTP/1.1.");
    }
    if (asked.host.empty()) {
        return refuse_with(400, "An HTTP/1.1 request must have exactly one Host header.");
    }
    if (!policy.allows_host(asked.host)) {
        handshake_answer no =
            refuse_with(403, "This Host is not allowed here; see the option \"hosts\".");
        no.advice = advice("hosts", asked.host, host_in(asked.host));
        return no;
    }
    if (asked.has_origin && !policy.allows_origin(asked.origin)) {
        handshake_answer no =
            refuse_with(403, "Pages of this Origin are not allowed here; see \"origins\".");
        no.advice = advice("origins", asked.origin, is_origin(asked.origin) ? asked.origin : "");
        return no;
    }
    if (asked.method != "GET") {
        return refuse_with(405, "A WebSocket handshake is a GET request.");
    }
    if (asked.has_body) {
        return refuse_with(400, "A WebSocket handshake must not have a body.");
    }
    if (!has_element(asked.upgrade, "websocket") || !has_element(asked.connection, "upgrade")) {
        return refuse_with(426, "This port accepts WebSocket connections only.");
    }
    if (asked.version != "13") {
        return refuse_with(426, "Only WebSocket version 13 is supported.");
    }
    if (!is_key(asked.key)) {
        return refuse_with(400, "The Sec-WebSocket-Key is not 16 bytes in base64.");
    }
    const token_said token = policy.find_token(asked.protocols);
    if (token == token_said::wrong) {
        handshake_answer no = refuse_with(403, "The token in the subprotocols is wrong.");
        no.token = token;
        return no;
    }
    handshake_answer yes;
    yes.status = 101;
    yes.token = token;
    yes.must_prove = token == token_said::none;
    yes.bytes = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Accept: " +
                accept_key(asked.key) + "\r\n";
    if (offers_ours(asked.protocols)) { // never the token: it would appear in logs
        yes.bytes += "Sec-WebSocket-Protocol: tactus.v1\r\n";
    }
    yes.bytes += "\r\n";
    return yes;
}

} // namespace websocket_in
