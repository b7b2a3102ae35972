// SPDX-License-Identifier: MIT
#include "session.hpp"

#include "first_message.hpp"
#include "handshake.hpp"
#include "json_text.hpp"

#include <tactus/cpp/midi_message.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace websocket_in {
namespace {

constexpr double ns_per_ms = 1e6;
constexpr std::uint8_t sysex_status = 0xF0;
constexpr std::int64_t no_turn = -1;
// One message and the heads of its frames; a peer could send empty fragments without end.
constexpr std::size_t unproven_bytes_max = 2 * first_message_bytes_max;

std::int64_t to_ns(double ms) noexcept {
    return std::llround(ms * ns_per_ms);
}
double to_ms(std::int64_t ns) noexcept {
    return static_cast<double>(ns) / ns_per_ms;
}

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

session::session(session_environment& environment, const access_policy& policy,
                 const session_settings& settings, std::uint32_t tag)
    : environment_(environment), policy_(policy), settings_(settings), tag_(tag),
      frames_(settings.message_bytes_max) {
    head_.emplace();
}

bool session::feed(std::span<const std::uint8_t>& bytes, std::int64_t received_ns) {
    received_ns_ = received_ns;
    if (state_ == state::asking) {
        ask(bytes);
    }
    unproven_bytes_ += is_unproven() ? bytes.size() : 0;
    while (reads_frames() && environment_.has_room() && !must_cancel_) {
        switch (frames_.feed(bytes)) {
        case frame_reader::progress::more:
            if (is_unproven() && unproven_bytes_ > unproven_bytes_max) {
                refuse_unproven("Its first message has no end.");
            }
            return false;
        case frame_reader::progress::message:
            take_message();
            break;
        case frame_reader::progress::failed:
            end_with(frames_.failure());
            break;
        }
    }
    return reads_frames();
}

bool session::reads_frames() const noexcept {
    return state_ == state::unproven || state_ == state::open || state_ == state::closing;
}

void session::ask(std::span<const std::uint8_t>& bytes) {
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
    } else if (holds(said.token == token_said::right)) {
        held_answer_ = std::move(said);
    } else {
        give(turn_ns_ == no_turn ? refuse(429) : said);
    }
}

void session::give(const handshake_answer& said) {
    output_.insert(output_.end(), said.bytes.begin(), said.bytes.end());
    if (said.is_accepted()) {
        begin(said.must_prove);
    } else {
        refuse_with(counted_as(said.status, said.why), said.why + said.advice);
    }
}

// Whether the answer to a token must wait for its turn. turn_ns_ is no_turn if it must not be given
// at all.
bool session::holds(bool is_right_token) {
    const std::int64_t now_ns = environment_.now_ns();
    turn_ns_ =
        environment_.guard().turn_ns(settings_.from, is_right_token, now_ns).value_or(no_turn);
    if (turn_ns_ <= now_ns) {
        return false;
    }
    state_ = state::held;
    return true;
}

void session::go_on() {
    if (held_answer_.has_value()) {
        const handshake_answer said = *std::exchange(held_answer_, std::nullopt);
        give(said);
    } else {
        give_proof(is_held_proof_right_);
    }
}

void session::begin(bool must_prove) {
    state_ = must_prove ? state::unproven : state::open;
    frames_.limit_messages(must_prove ? first_message_bytes_max : settings_.message_bytes_max);
}

void session::give_up() {
    if (is_unproven()) {
        refuse_unproven("It did not say the token in time.");
        return;
    }
    if (is_open()) {
        environment_.reject("malformed");
        writer_.append_close(output_, close_code::policy, "A message did not end in time.");
        refuse_with("slow", "A message that it had begun did not end within packet_timeout.");
        return;
    }
    const handshake_answer said = refuse(408);
    output_.insert(output_.end(), said.bytes.begin(), said.bytes.end());
    refuse_with(counted_as(said.status, said.why), said.why);
}

void session::refuse_with(const char* reason, std::string why) {
    state_ = state::ended;
    refusal_ = reason;
    why_ = std::move(why);
}

// A client that is not authenticated gets the same answer to any wrong input; the log has the
// reason.
void session::refuse_unproven(std::string why) {
    writer_.append_close(output_, close_code::policy, "This port asks for a token.");
    refuse_with("token", std::move(why));
}

void session::take_message() {
    const message& got = frames_.taken();
    if (state_ == state::unproven && got.kind != opcode::close) {
        take_proof();
        return;
    }
    if (state_ == state::closing && got.kind != opcode::close) {
        return; // it has not read our close yet
    }
    switch (got.kind) {
    case opcode::text:
        environment_.reader().read(got.bytes, *this);
        break;
    case opcode::binary:
        take_binary(got.bytes);
        break;
    case opcode::ping:
        writer_.append(output_, opcode::pong, got.bytes);
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
        writer_.append_close(output_, got.code, "");
    }
    state_ = state::ended;
}

// A ping is not a token either: it is not answered before the token has come.
void session::take_proof() {
    const message& got = frames_.taken();
    if (got.kind != opcode::text) {
        give_proof(false); // not a guess: it could not be right
        return;
    }
    const bool is_right = says_token(got.bytes, policy_);
    is_held_proof_right_ = is_right;
    if (holds(is_right)) {
        return;
    }
    if (turn_ns_ == no_turn) {
        refuse_unproven("Too many wrong tokens have come from its address.");
        return;
    }
    give_proof(is_right);
}

void session::give_proof(bool is_right) {
    if (!is_right) {
        refuse_unproven("Its first message was not the right token.");
        return;
    }
    begin(false);
    say(json_text("welcome").done());
}

// The kernel decides whether it is OSC, in the same way for every transport.
void session::take_binary(std::span<const std::uint8_t> packet) {
    if (packet.empty()) {
        malformed("A binary message is an OSC packet; this one is empty.");
        return;
    }
    tactus_event made{};
    made.received_ns = received_ns_;
    made.bytes = packet.data();
    made.size = static_cast<std::uint32_t>(packet.size());
    made.tag = tag_;
    made.group = tag_; // pages share the input's room
    made.protocol = TACTUS_PROTO_OSC;
    made.flags = flags_of_events();
    environment_.add(made);
}

// The peer broke the protocol: it gets the close code, and nothing is waited for. Its message
// counts as rejected now, the connection once it has ended.
void session::end_with(close_code code) {
    if (is_unproven() && code == close_code::too_large) {
        refuse_unproven("Its first message was too long for a token.");
        return;
    }
    if (state_ == state::open) {
        environment_.reject(code == close_code::too_large ? "too_large" : "malformed");
    }
    if (state_ != state::closing) {
        writer_.append_close(output_, code, "");
    }
    refuse_with(code == close_code::too_large ? "too_large" : "protocol",
                "It was closed with code " + std::to_string(static_cast<int>(code)) + ".");
}

void session::close(close_code code, std::string_view reason) {
    writer_.append_close(output_, code, reason);
    state_ = state::closing;
}

void session::ping() {
    writer_.append(output_, opcode::ping, std::string_view());
}

void session::send(std::span<const std::uint8_t> packet) {
    writer_.append(output_, opcode::binary, packet);
}

void session::say(std::string_view text) {
    writer_.append(output_, opcode::text, text);
}

// Only the kernel knows what OSC becomes, so the flags state what it must not become.
std::uint16_t session::flags_of_events() const noexcept {
    return settings_.takes_sysex ? 0 : TACTUS_EVENT_NO_SYSEX;
}

void session::event(const text_event& what) {
    if (what.protocol == TACTUS_PROTO_MIDI && what.bytes.front() == sysex_status &&
        !settings_.takes_sysex) {
        environment_.reject("sysex_denied");
        if (settings_.tells != feedback::off) {
            say(json_text("rejected")
                    .text("reason", "sysex_denied")
                    .text("why", "SysEx is not taken here; see the option \"sysex\".")
                    .done());
        }
        return;
    }
    if (what.protocol == TACTUS_PROTO_MIDI && !tactus::is_midi_message(what.bytes)) {
        malformed("\"message\" is not one complete MIDI message, as [144, 60, 100].");
        return;
    }
    tactus_event made{};
    made.received_ns = received_ns_;
    made.tag = tag_;
    made.group = tag_; // pages share the input's room
    made.protocol = what.protocol;
    made.flags = flags_of_events();
    if (!what.port.empty()) {
        made.port = environment_.resolve(what.port);
        if (made.port == 0) {
            malformed("No port is called so, and too many such names have been asked for, or it "
                      "has more than 255 bytes.");
            return;
        }
    }
    stamp(what, made);
    environment_.add(made);
}

// For a client that has pinged us, the time is mapped here, and the message goes without its
// bundle; otherwise the kernel reads the bundle's time tag, which is wall clock time. A time tag
// has no era: a time that is after the roll-over of its seconds, and years ahead, could be read as
// 1900.
void session::stamp(const text_event& what, tactus_event& event) const noexcept {
    std::span<const std::uint8_t> bytes = what.bytes;
    if (what.timestamp_ms.has_value() && clock_.is_known()) {
        bytes = bytes.subspan(what.head_size);
        event.due_ns = std::max<std::int64_t>(clock_.to_host(to_ns(*what.timestamp_ms)), 1);
    } else if (what.timestamp_ms.has_value() && has_no_tag(to_ns(*what.timestamp_ms))) {
        bytes = bytes.subspan(what.head_size);
        event.due_ns = to_ns(*what.timestamp_ms) - environment_.unix_offset_ns();
    } else if (what.offset_ms != 0) {
        event.due_ns = std::max<std::int64_t>(received_ns_ + to_ns(what.offset_ms), 1);
    }
    event.bytes = bytes.data();
    event.size = static_cast<std::uint32_t>(bytes.size());
}

bool session::has_no_tag(std::int64_t unix_ns) const noexcept {
    constexpr std::int64_t roll_over_ns = 2'085'978'496'000'000'000; // 2036-02-07 06:28:16
    constexpr std::int64_t far_ns = 1'209'600'000'000'000;           // two weeks
    return unix_ns >= roll_over_ns &&
           unix_ns - far_ns > received_ns_ + environment_.unix_offset_ns();
}

// One direction yields the offset plus the constant delay; the way back yields that delay too.
void session::ping(const clock_ping& what) {
    if (what.received_ms.has_value() && last_ping_ms_.has_value()) {
        const std::int64_t there_and_back_ns = to_ns(*what.received_ms - *last_ping_ms_);
        clock_.add_round_trip(there_and_back_ns - (pong_sent_ns_ - ping_received_ns_));
    }
    const std::int64_t client_ns = to_ns(what.client_ms);
    clock_.add(client_ns, received_ns_);
    last_ping_ms_ = what.client_ms;
    ping_received_ns_ = received_ns_;
    pong_sent_ns_ = environment_.now_ns();
    say(json_text("pong")
            .number("client", what.client_ms)
            .number("monotonic", to_ms(pong_sent_ns_))
            .number("wall", to_ms(pong_sent_ns_ + environment_.unix_offset_ns()))
            .number("offset", to_ms(clock_.offset_ns(client_ns)))
            .done());
}

void session::cancel() {
    must_cancel_ = true;
}

void session::batch_went() {
    if (!std::exchange(must_cancel_, false) || state_ != state::open) {
        return;
    }
    say(json_text("canceled").count("deliveries", environment_.cancel(tag_)).done());
}

void session::malformed(std::string_view why) {
    environment_.reject("malformed");
    if (settings_.tells != feedback::off) {
        say(json_text("rejected").text("reason", "malformed").text("why", why).done());
    }
}

} // namespace websocket_in
