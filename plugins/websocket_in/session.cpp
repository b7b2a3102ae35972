// SPDX-License-Identifier: MIT
#include "session.hpp"

#include "first_message.hpp"

#include <utility>

namespace websocket_in {

session::session(session_environment& environment, const access_policy& policy,
                 const session_settings& settings, tactus::sender_tags& tags)
    : environment_(environment), settings_(settings),
      admission_(policy, environment.guard(), settings.from, out_),
      client_(environment, settings_, tags, out_), frames_(first_message_bytes_max) {}

bool session::feed(std::span<const std::uint8_t>& bytes, std::int64_t received_ns) {
    if (is_asking()) {
        admission_.ask(bytes, environment_.now_ns());
        follow_admission();
    }
    const std::size_t came = bytes.size();
    while (reads_frames() && environment_.has_room() && !client_.must_cancel()) {
        switch (frames_.feed(bytes)) {
        case frame_reader::progress::more:
            if (is_unproven()) {
                admission_.wait_for_proof(came);
                follow_admission();
            }
            return false;
        case frame_reader::progress::message:
            take_message(received_ns);
            break;
        case frame_reader::progress::failed:
            end_with(frames_.failure());
            break;
        }
    }
    return reads_frames();
}

bool session::reads_frames() const noexcept {
    return is_unproven() || state_ == state::open || state_ == state::closing;
}

void session::follow_admission() {
    if (is_at(admission::state::admitted)) {
        state_ = state::open;
        frames_.limit_messages(settings_.message_bytes_max);
    } else if (is_at(admission::state::refused)) {
        refuse_with(admission_.refusal(), admission_.why());
    }
}

void session::go_on() {
    admission_.go_on();
    follow_admission();
}

void session::give_up() {
    if (!is_open()) {
        admission_.give_up();
        follow_admission();
        return;
    }
    environment_.reject("malformed");
    out_.close(close_code::policy, "A message did not end in time.");
    refuse_with("slow", "A message that it had begun did not end within packet_timeout.");
}

void session::refuse_with(const char* reason, std::string why) {
    state_ = state::ended;
    refusal_ = reason;
    why_ = std::move(why);
}

void session::take_message(std::int64_t received_ns) {
    const message& got = frames_.taken();
    if (is_unproven() && got.kind != opcode::close) {
        admission_.prove(got, environment_.now_ns());
        follow_admission();
        return;
    }
    if (state_ == state::closing && got.kind != opcode::close) {
        return; // it has not read our close yet
    }
    switch (got.kind) {
    case opcode::text:
        client_.take_text(got.bytes, received_ns);
        break;
    case opcode::binary:
        client_.take_binary(got.bytes, received_ns);
        break;
    case opcode::ping:
        out_.pong(got.bytes);
        break;
    case opcode::pong:
        break; // its arrival is enough
    case opcode::close:
        take_close(got);
        break;
    }
}

void session::take_close(const message& got) {
    if (state_ != state::closing) {
        out_.close(got.code, "");
    }
    state_ = state::ended;
}

// The peer broke the protocol: it gets the close code, and nothing is waited for. Its message
// counts as rejected now, the connection once it has ended.
void session::end_with(close_code code) {
    if (is_unproven() && code == close_code::too_large) {
        admission_.refuse_proof("Its first message was too long for a token.");
        follow_admission();
        return;
    }
    if (state_ == state::open) {
        environment_.reject(code == close_code::too_large ? "too_large" : "malformed");
    }
    if (state_ != state::closing) {
        out_.close(code, "");
    }
    refuse_with(code == close_code::too_large ? "too_large" : "protocol",
                "It was closed with code " + std::to_string(static_cast<int>(code)) + ".");
}

void session::close(close_code code, std::string_view reason) {
    out_.close(code, reason);
    state_ = state::closing;
}

void session::batch_went() {
    if (!client_.must_cancel()) {
        return;
    }
    if (is_open()) {
        client_.cancel_events();
    } else {
        client_.forget_cancel();
    }
}

} // namespace websocket_in
