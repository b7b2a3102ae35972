// SPDX-License-Identifier: MIT
// Access control. A browser lets any page open a WebSocket to this machine; the page's Origin, and
// the Host by which it addresses us, decide whether it is allowed:
//   Host    a literal address that we are bound to, localhost, or one of `hosts`: a page whose own
//           name was made to resolve to this machine (DNS rebinding) sends that name
//   Origin  none (not a browser), a page of this machine, or exactly one of `origins`
//   token   if one is set, every client must send it: as a subprotocol, "token.<text>", or as its
//           first message, see first_message.hpp
// Compared exactly: no suffix, no pattern, and "null" never matches. Decides only; see
// handshake.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace websocket_in {

struct access_rules {
    std::string bound;                // the address we listen on, without port: "127.0.0.1"
    std::vector<std::string> origins; // "https://strudel.cc"
    std::vector<std::string> hosts;   // names without port
    std::string token;                // empty: not required
};

/// Whether an entry of `origins` can match at all: scheme "://" host [":" port], nothing more.
[[nodiscard]] bool is_origin(std::string_view text);

/// The host in a Host header, without port and brackets; empty if there is none.
[[nodiscard]] std::string host_in(std::string_view header);

/// Whether a token can be sent as a subprotocol: 16 to 128 of A-Z a-z 0-9 - _ (base64url).
[[nodiscard]] bool is_token(std::string_view text);

/// The result of a look for the token in a list of subprotocols.
enum class token_said { right, wrong, none };

class access_policy {
public:
    static constexpr std::size_t tokens_max = 2; // in one request

    explicit access_policy(access_rules rules);

    /// `host` as in the header, with or without a port, which is ignored.
    [[nodiscard]] bool allows_host(std::string_view host) const;
    /// `origin` as in the header.
    [[nodiscard]] bool allows_origin(std::string_view origin) const;
    [[nodiscard]] bool asks_for_token() const noexcept { return !rules_.token.empty(); }
    /// `protocols` as in the header: a list with commas. Returns `right` also if no token is
    /// required. Of two tokens, an old and a new one, one must be right; more than two are wrong,
    /// since a long list would be a list of guesses.
    [[nodiscard]] token_said find_token(std::string_view protocols) const;
    /// Takes the same time for every token of the right length. Bounds: a token is required.
    [[nodiscard]] bool allows_token(std::string_view token) const noexcept;

private:
    access_rules rules_;
    bool allows_any_literal_;
};

/// Calls visit(element) for each element of a header's list, without surrounding blanks.
template <class Visitor>
void for_each_element(std::string_view list, Visitor&& visit) {
    while (!list.empty()) {
        const std::size_t end = list.find(',') == list.npos ? list.size() : list.find(',');
        std::string_view one = list.substr(0, end);
        list.remove_prefix(end == list.size() ? end : end + 1);
        const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
        while (!one.empty() && is_blank(one.front())) {
            one.remove_prefix(1);
        }
        while (!one.empty() && is_blank(one.back())) {
            one.remove_suffix(1);
        }
        if (!one.empty()) {
            visit(one);
        }
    }
}

} // namespace websocket_in
