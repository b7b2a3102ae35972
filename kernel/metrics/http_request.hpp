// SPDX-License-Identifier: MIT
// Parses one request head from a byte stream with http-parser: sans IO, bounded, for a server
// without request bodies. Bytes after the head are left to the caller: they are the next request.
// Source: RFC 9112 sections 2 to 6.
#pragma once

#include <http_parser.h>

#include <tactus/cpp/http_head.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tactus::metrics {

struct request {
    std::string method; // "GET"
    std::string path;   // without the query, not decoded
    std::string host;   // as sent, with its port; empty if HTTP/1.0 omitted it
    // A browser asks for a page of another origin (Sec-Fetch-Site, else Origin).
    bool is_from_foreign_page = false;
    bool keeps_alive = false;
    bool has_body = false;
};

class request_parser {
public:
    static constexpr std::size_t head_bytes_max = 8192;

    enum class progress { incomplete, complete, malformed, too_large, unsupported_version };

    request_parser() noexcept { reset(); }
    request_parser(const request_parser&) = delete;
    request_parser& operator=(const request_parser&) = delete;

    // To be called before each request.
    void reset() noexcept;

    // Takes bytes from the front of `bytes`, at most to the end of the head. After any result other
    // than `incomplete` it must be reset.
    [[nodiscard]] progress feed(std::string_view& bytes);

    // Whether a byte of this request has arrived.
    [[nodiscard]] bool has_begun() const noexcept { return taken_ != 0; }
    // After `malformed`: the Host header is missing or occurs more than once.
    [[nodiscard]] bool lacks_one_host() const noexcept { return lacks_one_host_; }
    // Bounds: after `complete`.
    [[nodiscard]] const request& head() const noexcept { return head_; }

private:
    static const http_parser_settings& settings() noexcept;

    void add_url(std::string_view part);
    void add_field(std::string_view part);
    void add_value(std::string_view part);
    [[nodiscard]] bool is_from_foreign_page() const;
    [[nodiscard]] bool finish_head();

    http_parser parser_{};
    tactus::http_head syntax_;
    request head_;
    std::string url_;
    std::string field_;
    std::size_t taken_ = 0;
    unsigned hosts_ = 0;
    bool is_in_field_ = false;
    std::string* value_ = nullptr; // where the value of the present field goes
    std::string site_;             // Sec-Fetch-Site
    std::string origin_;           // Origin
    bool is_complete_ = false;
    bool lacks_one_host_ = false;
};

} // namespace tactus::metrics
