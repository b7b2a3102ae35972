// SPDX-License-Identifier: MIT
#include "first_message.hpp"

#include <new>
#include <string_view>

#include <simdjson.h>

namespace websocket_in {

// The parser is local: a client gets here once, and nothing is kept afterwards.
bool says_token(std::span<const std::uint8_t> text, const access_policy& policy) {
    constexpr std::size_t depth_max = 8;
    constexpr bool may_copy = false;
    simdjson::dom::parser parser;
    if (parser.allocate(first_message_bytes_max, depth_max) != simdjson::SUCCESS) {
        throw std::bad_alloc();
    }
    simdjson::dom::element root;
    std::string_view verb;
    std::string_view token;
    return parser.parse(text.data(), text.size(), may_copy).get(root) == simdjson::SUCCESS &&
           root["tactus"].get(verb) == simdjson::SUCCESS && verb == "token" &&
           root["token"].get(token) == simdjson::SUCCESS && policy.allows_token(token);
}

} // namespace websocket_in
