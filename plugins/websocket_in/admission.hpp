// SPDX-License-Identifier: MIT
// How a connection becomes a client, sans IO: the handshake, and the token.
//   asking --101--> admitted
//   asking --101, a token is required but was not sent--> unproven --the token--> admitted
//   asking, unproven --a token was sent, its address sent wrong ones before--> held --its turn-->
//       as if it had been sent then
//   asking, unproven --refusal--> refused
// A client that is not admitted makes no events, and is told only whether its token was accepted:
// it gets the same answer to any wrong input, and the log has the reason. Threads: loop.
#pragma once

#include "access.hpp"
#include "frames.hpp"
#include "handshake.hpp"
#include "outbox.hpp"
#include "request.hpp"
#include "token_guard.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace websocket_in {

class admission {
public:
    enum class state { asking, unproven, held, admitted, refused };

    /// `from`: the peer's address. All references must outlive this. Errors: here and below,
    /// std::bad_alloc.
    admission(const access_policy& policy, token_guard& guard, const tactus_address& from,
              outbox& out);

    [[nodiscard]] state now() const noexcept { return state_; }
    /// Bounds: held.
    [[nodiscard]] std::int64_t turn_ns() const noexcept { return turn_ns_; }
    /// The reason as tactus.stream/0 counts it, and as a sentence. Bounds: refused.
    [[nodiscard]] const char* refusal() const noexcept { return refusal_; }
    [[nodiscard]] const std::string& why() const noexcept { return why_; }

    /// Takes the request's head from the front of the bytes. Bounds: asking.
    void ask(std::span<const std::uint8_t>& bytes, std::int64_t now_ns);
    /// The first message has come. Bounds: unproven.
    void prove(const message& got, std::int64_t now_ns);
    /// So many bytes have come in which the first message did not end. Bounds: unproven.
    void wait_for_proof(std::size_t bytes);
    /// The turn has come: the token is answered. Bounds: held.
    void go_on();
    /// The rest of the head, or the token, did not come in time. Bounds: asking or unproven.
    void give_up();
    /// Bounds: unproven.
    void refuse_proof(std::string why);

private:
    void give(const handshake_answer& said);
    void give_proof(bool is_right);
    [[nodiscard]] bool holds(bool is_right_token, std::int64_t now_ns);
    void refuse_with(const char* reason, std::string why);

    const access_policy& policy_;
    token_guard& guard_;
    tactus_address from_;
    outbox& out_;
    state state_ = state::asking;
    std::optional<request_parser> head_; // while asking
    std::optional<handshake_answer> held_answer_;
    bool is_held_proof_right_ = false;
    std::int64_t turn_ns_ = 0;
    std::size_t unproven_bytes_ = 0;
    const char* refusal_ = nullptr;
    std::string why_;
};

} // namespace websocket_in
