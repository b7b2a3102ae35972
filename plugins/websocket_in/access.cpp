// SPDX-License-Identifier: MIT
#include "access.hpp"

#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/http_authority.hpp>
#include <tactus/cpp/localhost.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <strings.h>

namespace websocket_in {
namespace {

using tactus::canonical_address;
using tactus::http_authority;

constexpr std::string_view token_prefix = "token.";

bool is_same_word(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// A name below localhost is not enough: a browser may ask a server for its address.
bool is_this_machine(const std::string& host) {
    const std::optional<std::string> address = canonical_address(host);
    return tactus::is_localhost(host) || address == "127.0.0.1" || address == "::1";
}

// "https", "strudel.cc", "443"; the port may be absent.
struct origin_parts {
    std::string_view scheme;
    http_authority where;
};

std::optional<origin_parts> split_origin(std::string_view text) {
    const tactus::detail::scheme_parts whole = tactus::detail::split_scheme(text);
    if (whole.scheme.empty() || whole.rest.find_first_of("/?#@ \t*,") != std::string_view::npos) {
        return std::nullopt;
    }
    std::optional<http_authority> where = http_authority::parse(whole.rest);
    if (!where.has_value()) {
        return std::nullopt;
    }
    if (where->port.empty()) {
        where->port = is_same_word(whole.scheme, "https") ? "443" : "80";
    }
    return origin_parts{whole.scheme, *where};
}

bool is_same_origin(const origin_parts& a, const origin_parts& b) noexcept {
    return is_same_word(a.scheme, b.scheme) && is_same_word(a.where.host, b.where.host) &&
           a.where.port == b.where.port;
}

// Compares every byte, even after a difference.
bool is_same_secret(std::string_view a, std::string_view b) noexcept {
    unsigned difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const char other = i < b.size() ? b[i] : '\0';
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i])) ^
                      static_cast<unsigned char>(other);
    }
    return difference == 0;
}

} // namespace

bool is_origin(std::string_view text) {
    return split_origin(text).has_value();
}

std::string host_in(std::string_view header) {
    const std::optional<http_authority> called = http_authority::parse(header);
    return called.has_value() ? called->host : std::string();
}

bool is_token(std::string_view text) {
    return text.size() >= 16 && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

access_policy::access_policy(access_rules rules) : rules_(std::move(rules)) {
    rules_.bound = canonical_address(rules_.bound).value_or("");
    allows_any_literal_ = rules_.bound == "0.0.0.0" || rules_.bound == "::";
}

// When bound to all addresses we cannot know our own. Therefore any literal is accepted: a literal
// cannot be re-bound.
bool access_policy::allows_host(std::string_view host) const {
    const std::optional<http_authority> called = http_authority::parse(host);
    if (!called.has_value()) {
        return false;
    }
    if (const std::optional<std::string> address = canonical_address(called->host)) {
        return allows_any_literal_ || *address == rules_.bound;
    }
    return tactus::is_localhost(called->host) ||
           std::ranges::any_of(rules_.hosts, [&](const std::string& each) {
               return is_same_word(each, called->host);
           });
}

bool access_policy::allows_origin(std::string_view origin) const {
    const std::optional<origin_parts> page = split_origin(origin);
    if (!page.has_value()) {
        return false; // includes "null": a sandboxed frame or a file, from any source
    }
    const bool is_web = is_same_word(page->scheme, "http") || is_same_word(page->scheme, "https");
    if (is_web && is_this_machine(page->where.host)) {
        return true;
    }
    return std::ranges::any_of(rules_.origins, [&](const std::string& each) {
        const std::optional<origin_parts> allowed = split_origin(each);
        return allowed.has_value() && is_same_origin(*allowed, *page);
    });
}

token_said access_policy::find_token(std::string_view protocols) const {
    bool is_right = false;
    std::size_t said = 0;
    for_each_element(protocols, [&](std::string_view one) {
        if (one.starts_with(token_prefix)) {
            ++said;
            is_right |= is_same_secret(rules_.token, one.substr(token_prefix.size()));
        }
    });
    if (!asks_for_token() || (is_right && said <= tokens_max)) {
        return token_said::right;
    }
    return said == 0 ? token_said::none : token_said::wrong;
}

bool access_policy::allows_token(std::string_view token) const noexcept {
    return is_same_secret(rules_.token, token);
}

} // namespace websocket_in
