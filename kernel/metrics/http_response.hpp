// SPDX-License-Identifier: MIT
// A response and its bytes. Source: RFC 9112 section 4.
#pragma once

#include "kernel/coro/stream.hpp"

#include <tactus/cpp/task.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tactus::metrics {

inline constexpr std::string_view plain_text = "text/plain; charset=utf-8";

// A body that is written while the connection lasts; the connection ends with it.
class body_stream {
public:
    body_stream() = default;
    body_stream(const body_stream&) = delete;
    body_stream& operator=(const body_stream&) = delete;
    virtual ~body_stream() = default;

    // Returns when either side is done. Threads: loop. Errors: canceled.
    [[nodiscard]] virtual tactus::task<void> run(coro::byte_stream& to) = 0;
};

struct response {
    // Not an aggregate: GCC 12 destroys aggregates in a co_await expression twice.
    response(int with_status, std::string_view of_type, std::string with_body);
    // "Not Found" and the like, with one line that gives the reason.
    [[nodiscard]] static response of_error(int status, std::string_view why);

    int status;
    std::string content_type;
    std::string body;
    std::string headers;                 // further ones; each begins with CR LF
    std::unique_ptr<body_stream> stream; // follows the head, in place of the body
};

// `is_head`: only the head of the response to GET.
[[nodiscard]] std::string write_response(const response& answer, bool is_head, bool keeps_alive);

} // namespace tactus::metrics
