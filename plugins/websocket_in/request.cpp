// SPDX-License-Identifier: MIT
#include "request.hpp"

#include <tactus/cpp/http_parser_calls.hpp>

#include <strings.h>

#include <algorithm>
#include <array>
#include <new>

namespace websocket_in {
namespace {

struct known_header {
    const char* name;
    std::string request::*value;
    bool is_list; // may come more than once, as one list
};

constexpr std::array<known_header, 7> known{
    {{"host", &request::host, false},
     {"origin", &request::origin, false},
     {"upgrade", &request::upgrade, true},
     {"connection", &request::connection, true},
     {"sec-websocket-key", &request::key, false},
     {"sec-websocket-version", &request::version, false},
     {"sec-websocket-protocol", &request::protocols, true}}};

} // namespace

const http_parser_settings& request_parser::settings() noexcept {
    static_assert(known.size() == fields);
    using calls = tactus::http_parser_calls<http_parser, request_parser>;
    static constexpr auto made = [] {
        http_parser_settings set{};
        set.on_header_field = &calls::give<&request_parser::add_field>;
        set.on_header_value = &calls::give<&request_parser::add_value>;
        set.on_headers_complete = &calls::have_no_body;
        set.on_message_complete = &calls::end<&request_parser::is_complete_>;
        return set;
    }();
    return made;
}

request_parser::request_parser() noexcept {
    http_parser_init(&parser_, HTTP_REQUEST);
    parser_.data = this;
}

request_parser::progress request_parser::feed(std::string_view& bytes) {
    // The limit applies to all pieces together; http-parser's own is a compile-time constant.
    const std::string_view allowed = bytes.substr(0, head_bytes_max - taken_);
    if (!syntax_.accepts(allowed)) { // the parser accepts more than it should
        return progress::malformed;
    }
    std::array<char, head_bytes_max> room;
    const std::string_view head = tactus::http_blanks(allowed, room);
    const std::size_t used = http_parser_execute(&parser_, &settings(), head.data(), head.size());
    taken_ += used;
    bytes.remove_prefix(std::min(used, bytes.size()));
    const http_errno failed = HTTP_PARSER_ERRNO(&parser_);
    if (failed == HPE_CB_header_field || failed == HPE_CB_header_value) {
        throw std::bad_alloc();
    }
    if (is_complete_) {
        return finish_head() ? progress::complete : progress::malformed;
    }
    if (failed != HPE_OK) {
        return progress::malformed;
    }
    return taken_ >= head_bytes_max ? progress::too_large : progress::incomplete;
}

// Like a value, a field comes in several parts if the bytes did.
void request_parser::add_field(std::string_view part) {
    if (!is_in_field_) {
        is_in_field_ = true;
        field_.clear();
    }
    field_ += part;
}

void request_parser::add_value(std::string_view part) {
    if (is_in_field_) {
        is_in_field_ = false;
        begin_value();
    }
    if (value_ != nullptr) {
        *value_ += part;
    }
}

// The first part of a value means that its field is complete.
void request_parser::begin_value() {
    value_ = nullptr;
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (strcasecmp(field_.c_str(), known[i].name) == 0) {
            value_ = &(head_.*known[i].value);
            if (++seen_[i] > 1 && known[i].is_list) {
                *value_ += ", ";
            }
        }
    }
}

// Returns false if the request as a whole is invalid. Two Host headers are refused even if they are
// equal (RFC 9112 section 3.2), as are two of any other single header: no regular client sends
// them, and they would be ambiguous.
bool request_parser::finish_head() {
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (seen_[i] > 1 && !known[i].is_list) {
            return false;
        }
        std::string& value = head_.*known[i].value;
        value.resize(tactus::http_value(value).size());
    }
    head_.method = http_method_str(static_cast<http_method>(parser_.method));
    head_.has_origin = seen_[1] != 0;
    const bool has_length = (parser_.flags & F_CONTENTLENGTH) != 0 && parser_.content_length != 0;
    head_.has_body = has_length || (parser_.flags & F_CHUNKED) != 0;
    head_.is_http_1_1 = parser_.http_major == 1 && parser_.http_minor == 1;
    return true;
}

} // namespace websocket_in
