// SPDX-License-Identifier: MIT
#include "admission.hpp"

#include "client_text.hpp"
#include "first_message.hpp"

#include <string_view>
#include <utility>

namespace websocket_in {
namespace {

constexpr std::int64_t no_turn = -1;
// One message and the heads of its frames; a peer could send empty fragments without end.
constexpr std::size_t unproven_bytes_max = 2 * first_message_bytes_max;

// The tactus.stream/0 reason for a status.
const char* counted_as(int status, const std::string& why) noexcept {
    switch (status) {
    case 403:
        return why.find("Host") != std::string::npos     ? "host"
               : why.find("Origin") != std::string::npos ? "origin"
                                                         : "token";
    case 408:
        return "slow";
    case 429:
        return "token";
    case 431:
        return "too_large";
    default:
        return "protocol";
    }
}

} // namespace

admission::admission(const access_policy& policy, token_guard& guard, const tactus_address& from,
                     outbox& out)
    : policy_(policy), guard_(guard), from_(from), out_(out) {
    head_.emplace();
}

void admission::ask(std::span<const std::uint8_t>& bytes, std::int64_t now_ns) {
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const request_parser::progress now = head_->feed(text);
    bytes = bytes.last(text.size());
    if (now == request_parser::progress::incomplete) {
        return;
    }
    handshake_answer said = now == request_parser::progress::complete
                                ? answer(head_->head(), policy_)
                                : refuse(now == request_parser::progress::too_large ? 431 : 400);
    head_.reset();
    if (said.token == token_said::none || !policy_.asks_for_token()) {
        give(said);
    } else if (holds(said.token == token_said::right, now_ns)) {
        held_answer_ = std::move(said);
    } else {
        give(turn_ns_ == no_turn ? refuse(429) : said);
    }
}

void admission::give(const handshake_answer& said) {
    out_.answer(said.bytes);
    if (said.is_accepted()) {
        state_ = said.must_prove ? state::unproven : state::admitted;
    } else {
        refuse_with(counted_as(said.status, said.why), said.why + said.advice);
    }
}

// Whether the answer to a token must wait for its turn. turn_ns_ is no_turn if it must not be given
// at all.
bool admission::holds(bool is_right_token, std::int64_t now_ns) {
    turn_ns_ = guard_.turn_ns(from_, is_right_token, now_ns).value_or(no_turn);
    if (turn_ns_ <= now_ns) {
        return false;
    }
    state_ = state::held;
    return true;
}

void admission::go_on() {
    if (held_answer_.has_value()) {
        const handshake_answer said = *std::exchange(held_answer_, std::nullopt);
        give(said);
    } else {
        give_proof(is_held_proof_right_);
    }
}

// A ping is not a token either: it is not answered before the token has come.
void admission::prove(const message& got, std::int64_t now_ns) {
    if (got.kind != opcode::text) {
        give_proof(false); // not a guess: it could not be right
        return;
    }
    const bool is_right = says_token(got.bytes, policy_);
    is_held_proof_right_ = is_right;
    if (holds(is_right, now_ns)) {
        return;
    }
    if (turn_ns_ == no_turn) {
        refuse_proof("Too many wrong tokens have come from its address.");
        return;
    }
    give_proof(is_right);
}

void admission::give_proof(bool is_right) {
    if (!is_right) {
        refuse_proof("Its first message was not the right token.");
        return;
    }
    state_ = state::admitted;
    std::string text;
    begin_text(text, "welcome").end_object();
    out_.say(text);
}

void admission::wait_for_proof(std::size_t bytes) {
    unproven_bytes_ += bytes;
    if (unproven_bytes_ > unproven_bytes_max) {
        refuse_proof("Its first message has no end.");
    }
}

void admission::give_up() {
    if (state_ == state::unproven) {
        refuse_proof("It did not say the token in time.");
    } else {
        give(refuse(408));
    }
}

void admission::refuse_proof(std::string why) {
    out_.close(close_code::policy, "This port asks for a token.");
    refuse_with("token", std::move(why));
}

void admission::refuse_with(const char* reason, std::string why) {
    state_ = state::refused;
    refusal_ = reason;
    why_ = std::move(why);
}

} // namespace websocket_in
