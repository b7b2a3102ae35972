// SPDX-License-Identifier: MIT
#include "kernel/metrics/http_request.hpp"

#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/http_parser_calls.hpp>

#include <strings.h>

#include <array>

namespace tactus::metrics {
namespace {

std::string_view part_of(const std::string& url, const http_parser_url& parsed,
                         http_parser_url_fields part) noexcept {
    if ((parsed.field_set & (1U << part)) == 0) {
        return {};
    }
    return std::string_view(url).substr(parsed.field_data[part].off, parsed.field_data[part].len);
}

} // namespace

const http_parser_settings& request_parser::settings() noexcept {
    using calls = http_parser_calls<http_parser, request_parser>;
    static constexpr auto made = [] {
        http_parser_settings set{};
        set.on_url = &calls::give<&request_parser::add_url>;
        set.on_header_field = &calls::give<&request_parser::add_field>;
        set.on_header_value = &calls::give<&request_parser::add_value>;
        set.on_headers_complete = &calls::have_no_body;
        set.on_message_complete = &calls::end<&request_parser::is_complete_>;
        return set;
    }();
    return made;
}

void request_parser::reset() noexcept {
    http_parser_init(&parser_, HTTP_REQUEST);
    parser_.data = this;
    syntax_ = {};
    head_ = {};
    url_.clear();
    field_.clear();
    taken_ = 0;
    hosts_ = 0;
    site_.clear();
    origin_.clear();
    value_ = nullptr;
    is_in_field_ = is_complete_ = lacks_one_host_ = false;
}

request_parser::progress request_parser::feed(std::string_view& bytes) {
    // The limit covers all pieces; http-parser's own is a compile-time constant.
    const std::string_view allowed = bytes.substr(0, head_bytes_max - taken_);
    if (!syntax_.accepts(allowed)) { // the parser is too permissive
        return progress::malformed;
    }
    std::array<char, head_bytes_max> room;
    const std::string_view head = tactus::http_blanks(allowed, room);
    const std::size_t used = http_parser_execute(&parser_, &settings(), head.data(), head.size());
    taken_ += used;
    bytes.remove_prefix(used);
    if (is_complete_) {
        if (parser_.http_major != 1) {
            return progress::unsupported_version;
        }
        return finish_head() ? progress::complete : progress::malformed;
    }
    if (HTTP_PARSER_ERRNO(&parser_) != HPE_OK) {
        return progress::malformed;
    }
    return taken_ == head_bytes_max ? progress::too_large : progress::incomplete;
}

void request_parser::add_url(std::string_view part) {
    url_ += part;
}

// Like a value, a field arrives in several parts if the bytes did.
void request_parser::add_field(std::string_view part) {
    if (!is_in_field_) {
        is_in_field_ = true;
        field_.clear();
    }
    field_ += part;
}

// The first part of a value marks the end of its field.
void request_parser::add_value(std::string_view part) {
    if (is_in_field_) {
        is_in_field_ = false;
        const bool is_host = strcasecmp(field_.c_str(), "host") == 0;
        hosts_ += is_host ? 1U : 0U;
        value_ = is_host                                             ? &head_.host
                 : strcasecmp(field_.c_str(), "sec-fetch-site") == 0 ? &site_
                 : strcasecmp(field_.c_str(), "origin") == 0         ? &origin_
                                                                     : nullptr;
    }
    if (value_ != nullptr) {
        *value_ += part;
    }
}

// Browsers send Sec-Fetch-Site over https and to localhost only; elsewhere Origin has to do.
// Source: Fetch Metadata Request Headers, section 2; RFC 6454, section 7.
bool request_parser::is_from_foreign_page() const {
    if (!site_.empty()) {
        return site_ == "cross-site" || site_ == "same-site";
    }
    if (origin_.empty()) {
        return false;
    }
    const detail::scheme_parts origin = detail::split_scheme(origin_);
    return !origin.has_scheme || origin.rest.size() != head_.host.size() ||
           strncasecmp(origin.rest.data(), head_.host.data(), head_.host.size()) != 0;
}

// Returns false if the request is inconsistent. Two Host headers are refused even if they agree
// (RFC 9112 section 3.2): no legitimate client sends them.
bool request_parser::finish_head() {
    for (std::string* const value : {&head_.host, &site_, &origin_}) {
        value->resize(http_value(*value).size());
    }
    const bool is_connect = parser_.method == HTTP_CONNECT;
    http_parser_url parsed;
    http_parser_url_init(&parsed);
    if (http_parser_parse_url(url_.data(), url_.size(), is_connect ? 1 : 0, &parsed) != 0) {
        return false;
    }
    const bool may_lack_host = parser_.http_minor == 0;
    lacks_one_host_ = hosts_ > 1 || (hosts_ == 0 && !may_lack_host);
    if (lacks_one_host_) {
        return false;
    }
    head_.method = http_method_str(static_cast<http_method>(parser_.method));
    head_.path = part_of(url_, parsed, UF_PATH);
    if (head_.path.empty()) {
        head_.path = "/";
    }
    if (const auto host = part_of(url_, parsed, UF_HOST); !host.empty()) {
        // An absolute URL overrides the header (section 3.2.2). The field lacks the brackets.
        const bool is_bare_v6 = host.find(':') != std::string_view::npos;
        head_.host = is_bare_v6 ? "[" + std::string(host) + "]" : std::string(host);
    }
    if (hosts_ != 0 && head_.host.empty()) {
        return false; // a valid client names its host
    }
    const bool has_length = (parser_.flags & F_CONTENTLENGTH) != 0 && parser_.content_length != 0;
    head_.has_body = has_length || (parser_.flags & F_CHUNKED) != 0;
    head_.is_from_foreign_page = is_from_foreign_page();
    head_.keeps_alive = http_should_keep_alive(&parser_) != 0 && !is_connect;
    return true;
}

} // namespace tactus::metrics
