// SPDX-License-Identifier: MIT
// A response and its bytes. Source: RFC 9112 section 4.
#pragma once

#include <string>
#include <string_view>

namespace tactus::metrics {

inline constexpr std::string_view plain_text = "text/plain; charset=utf-8";

struct response {
    // Not an aggregate: GCC 12 destroys aggregates in a co_await expression twice.
    response(int with_status, std::string_view of_type, std::string with_body);
    // "Not Found" and the like, with one line that gives the reason.
    [[nodiscard]] static response of_error(int status, std::string_view why);

    int status;
    std::string content_type;
    std::string body;
};

// `is_head`: only the head of the response to GET.
[[nodiscard]] std::string write_response(const response& answer, bool is_head, bool keeps_alive);

} // namespace tactus::metrics
