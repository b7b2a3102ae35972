// SPDX-License-Identifier: MIT
// The answer to a request for a WebSocket: 101 and the key's proof, or a refusal that says what was
// wrong. A plain HTTP client, a scanner and a page that is not allowed all get an answer, and the
// connection ends. Extensions are never accepted. Source: RFC 6455 section 4.2.
#pragma once

#include "access.hpp"
#include "request.hpp"

#include <string>
#include <string_view>

namespace websocket_in {

struct handshake_answer {
    std::string bytes;                   // to be sent as a whole
    int status = 0;                      // 101: frames follow
    std::string why;                     // the text sent to the client; "" for 101
    std::string advice = {};             // for the log: the entry that would allow it; "" if none
                                         // would
    bool must_prove = false;             // 101, but the token must still be sent
    token_said token = token_said::none; // whether one was judged
    [[nodiscard]] bool is_accepted() const noexcept { return status == 101; }
};

/// For a complete head.
[[nodiscard]] handshake_answer answer(const request& asked, const access_policy& policy);
/// For a head that did not end: 400, 408 (too slow) or 431 (too large); 429: too many wrong tokens.
[[nodiscard]] handshake_answer refuse(int status);

/// The value of Sec-WebSocket-Accept. Source: RFC 6455 section 4.2.2.
[[nodiscard]] std::string accept_key(std::string_view key);

} // namespace websocket_in
