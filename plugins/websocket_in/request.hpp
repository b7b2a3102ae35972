// SPDX-License-Identifier: MIT
// Parses the head of the HTTP request that begins a WebSocket from a byte stream, with http-parser:
// sans IO, bounded. It reports the request; handshake.hpp decides about it. Bytes behind the head
// are left to the caller: they are the first frames.
// Source: RFC 9112 sections 2 to 6, RFC 6455 section 4.1.
#pragma once

#include <http_parser.h>

#include <tactus/cpp/http_head.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace websocket_in {

/// The contents of the head. A missing header is empty.
struct request {
    std::string method; // "GET"
    std::string host;   // with its port
    std::string origin;
    std::string upgrade;
    std::string connection;
    std::string key;
    std::string version;
    std::string protocols;   // several such headers are joined by ", "
    bool has_origin = false; // an empty Origin is not allowed either
    bool has_body = false;
    bool is_http_1_1 = false;
};

class request_parser {
public:
    static constexpr std::size_t head_bytes_max = 8192;

    enum class progress { incomplete, complete, malformed, too_large };

    request_parser() noexcept;
    request_parser(const request_parser&) = delete;
    request_parser& operator=(const request_parser&) = delete;

    /// Takes bytes from the front of `bytes`, at most to the end of the head. Must not be called
    /// again after any result but `incomplete`. Errors: std::bad_alloc.
    [[nodiscard]] progress feed(std::string_view& bytes);

    /// Bounds: after `complete`.
    [[nodiscard]] const request& head() const noexcept { return head_; }

private:
    static constexpr std::size_t fields = 7;

    static const http_parser_settings& settings() noexcept;

    void add_field(std::string_view part);
    void add_value(std::string_view part);
    void begin_value();
    [[nodiscard]] bool finish_head();

    http_parser parser_{};
    tactus::http_head syntax_;
    request head_;
    std::string field_;
    std::string* value_ = nullptr; // of the header being read, if it is used
    std::array<std::uint32_t, fields> seen_{};
    std::size_t taken_ = 0;
    bool is_in_field_ = false;
    bool is_complete_ = false;
};

} // namespace websocket_in
