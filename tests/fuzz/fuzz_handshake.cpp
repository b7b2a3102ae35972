// SPDX-License-Identifier: MIT
// Any bytes as the request for a WebSocket: whole, and in two pieces; who is accepted said what he
// must have said.
#include "plugins/websocket_in/handshake.hpp"
#include "tests/fuzz/claim.hpp"

#include <cstring>

using namespace websocket_in;
using fuzz::claim;

namespace {

struct seen {
    request_parser::progress progress = request_parser::progress::incomplete;
    handshake_answer said;
    std::size_t taken = 0;
};

seen read(std::string_view text, std::size_t cut) {
    static const access_policy policy({"127.0.0.1", {"https://strudel.cc"}, {}, ""});
    request_parser parser;
    seen result;
    for (std::string_view piece : {text.substr(0, cut), text.substr(cut)}) {
        const std::size_t size = piece.size();
        if (result.progress == request_parser::progress::incomplete) {
            result.progress = parser.feed(piece);
            claim(piece.size() <= size);
            result.taken += size - piece.size();
        }
    }
    if (result.progress == request_parser::progress::complete) {
        const request& asked = parser.head();
        result.said = answer(asked, policy);
        claim(result.said.status >= 100 && result.said.status <= 599);
        claim(result.said.bytes.starts_with("HTTP/1.1 " + std::to_string(result.said.status)));
        claim(result.said.bytes.find("\r\n\r\n") != std::string::npos);
        if (result.said.is_accepted()) {
            claim(asked.method == "GET" && asked.version == "13" && asked.key.size() == 24);
            claim(policy.allows_host(asked.host));
            claim(!asked.has_origin || policy.allows_origin(asked.origin));
        }
    }
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const seen whole = read(text, 0);
    const seen cut = read(text, size / 2);
    claim(whole.taken <= request_parser::head_bytes_max);
    claim(whole.progress == cut.progress && whole.said.bytes == cut.said.bytes);
    return 0;
}
