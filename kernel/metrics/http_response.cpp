// SPDX-License-Identifier: MIT
#include "kernel/metrics/http_response.hpp"

#include <http_parser.h>

#include <utility>

namespace tactus::metrics {

response::response(int with_status, std::string_view of_type, std::string with_body)
    : status(with_status), content_type(of_type), body(std::move(with_body)) {}

response response::of_error(int status, std::string_view why) {
    return response(status, plain_text, std::string(why) + "\n");
}

std::string write_response(const response& answer, bool is_head, bool keeps_alive) {
    std::string bytes = "HTTP/1.1 ";
    bytes += std::to_string(answer.status);
    bytes += ' ';
    bytes += http_status_str(static_cast<http_status>(answer.status));
    bytes += "\r\nContent-Type: ";
    bytes += answer.content_type;
    if (answer.stream == nullptr) {
        bytes += "\r\nContent-Length: ";
        bytes += std::to_string(answer.body.size());
    }
    bytes += answer.headers;
    // These pages show the present moment, and are no scripts, whatever a browser may guess.
    bytes += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff";
    if (answer.status == HTTP_STATUS_METHOD_NOT_ALLOWED) {
        bytes += "\r\nAllow: GET, HEAD";
    }
    bytes += keeps_alive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
    if (!is_head) {
        bytes += answer.body;
    }
    return bytes;
}

} // namespace tactus::metrics
