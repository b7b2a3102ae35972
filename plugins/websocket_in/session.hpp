// SPDX-License-Identifier: MIT
// One connection, sans IO: bytes in; events and bytes to send out.
//   asking --101--> open --close from either side--> closing --the peer's close--> ended
//   asking --101, a token is required but was not sent--> unproven --the token--> open
//   asking, unproven --a token was sent, its address sent wrong ones before--> held --its turn-->
//       as if it had been sent then
//   asking, unproven --refusal--> ended
// Until authenticated, a client may not emit events and is told only whether its token was
// accepted. A session knows no socket and no clock: its environment does. Events that it has
// scheduled stay scheduled when it ends; {"tactus": "cancel"} cancels them.
#pragma once

#include "access.hpp"
#include "frames.hpp"
#include "handshake.hpp"
#include "request.hpp"
#include "text_reader.hpp"
#include "token_guard.hpp"

#include <tactus/cpp/sender_clock.hpp>
#include <tactus/event.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace websocket_in {

enum class feedback { off, errors, all };

struct session_settings {
    std::size_t message_bytes_max = 65536;
    feedback tells = feedback::off;
    bool takes_sysex = false;
    tactus_address from{}; // the peer's
};

/// A session's interface to the plugin. Threads: loop.
class session_environment {
public:
    session_environment() = default;
    session_environment(const session_environment&) = delete;
    session_environment& operator=(const session_environment&) = delete;
    virtual ~session_environment() = default;

    /// Copies the event into the present batch.
    virtual void add(const tactus_event& event) noexcept = 0;
    /// Whether the batch has room for the events of another message.
    [[nodiscard]] virtual bool has_room() const noexcept = 0;
    /// The handle of a destination's name; 0 if it is too long or there are too many.
    [[nodiscard]] virtual std::uint32_t resolve(std::string_view name) = 0;
    virtual std::uint64_t cancel(std::uint32_t tag) = 0;
    virtual void reject(const char* reason) noexcept = 0;
    /// The present time of the host's clock, and the offset from it to Unix time. Units: ns.
    [[nodiscard]] virtual std::int64_t now_ns() const noexcept = 0;
    [[nodiscard]] virtual std::int64_t unix_offset_ns() const noexcept = 0;

    text_reader& reader() noexcept { return reader_; }
    token_guard& guard() noexcept { return guard_; }

protected:
    explicit session_environment(std::size_t text_bytes_max) : reader_(text_bytes_max) {}

private:
    text_reader reader_;
    token_guard guard_;
};

class session final : private text_sink {
public:
    /// All its events get `tag`. Environment and policy must outlive the session. Errors:
    /// std::bad_alloc.
    session(session_environment& environment, const access_policy& policy,
            const session_settings& settings, std::uint32_t tag);

    /// Takes bytes from the front; they came at `received_ns`. Returns true if the environment's
    /// batch is full, or must be handed over first; call again once it is empty, even if no bytes
    /// are left. Errors: std::bad_alloc.
    [[nodiscard]] bool feed(std::span<const std::uint8_t>& bytes, std::int64_t received_ns);
    /// Until this time, on the host's clock, further input is not read and the token not answered:
    /// then call go_on(), and feed() again. Nothing: no wait.
    [[nodiscard]] std::optional<std::int64_t> held_until_ns() const noexcept {
        return state_ == state::held ? std::optional(turn_ns_) : std::nullopt;
    }
    /// Ends the wait. Bounds: held.
    void go_on();
    /// The batch was handed over: performs what had to wait for that.
    void batch_went();

    /// Bytes to send; the caller clears them. After the end: send them, then close.
    [[nodiscard]] std::vector<std::uint8_t>& output() noexcept { return output_; }

    [[nodiscard]] bool is_asking() const noexcept { return state_ == state::asking; }
    /// The handshake is over; the token is still to come.
    [[nodiscard]] bool is_unproven() const noexcept { return state_ == state::unproven; }
    [[nodiscard]] bool is_open() const noexcept { return state_ == state::open; }
    /// We have sent a close, and wait for the peer's.
    [[nodiscard]] bool is_closing() const noexcept { return state_ == state::closing; }
    [[nodiscard]] bool has_ended() const noexcept { return state_ == state::ended; }
    /// The reason for a refusal, as tactus.stream/0 counts it, and as a sentence; nullptr if it was
    /// not refused.
    [[nodiscard]] const char* refusal() const noexcept { return refusal_; }
    [[nodiscard]] const std::string& why() const noexcept { return why_; }

    /// Whether part of a message has come, and how many have ended; bounds: open.
    [[nodiscard]] bool is_in_message() const noexcept { return frames_.is_in_message(); }
    [[nodiscard]] std::uint64_t messages() const noexcept { return frames_.ended(); }

    /// The expected input (the head, the token, the rest of a message) did not come in time;
    /// bounds: asking, unproven or open.
    void give_up();
    /// Sends a close; bounds: open or unproven.
    void close(close_code code, std::string_view reason);
    /// Checks whether the peer is alive; bounds: open.
    void ping();
    /// Sends a binary message to the peer; bounds: open.
    void send(std::span<const std::uint8_t> packet);

    [[nodiscard]] std::uint32_t tag() const noexcept { return tag_; }
    [[nodiscard]] feedback tells() const noexcept { return settings_.tells; }
    /// Sends text to the peer; bounds: open.
    void say(std::string_view text);

private:
    enum class state { asking, unproven, held, open, closing, ended };

    void ask(std::span<const std::uint8_t>& bytes);
    void give(const handshake_answer& said);
    void begin(bool must_prove);
    [[nodiscard]] bool reads_frames() const noexcept;
    void take_message();
    void take_close(const message& got);
    void take_proof();
    void give_proof(bool is_right);
    void refuse_unproven(std::string why);
    [[nodiscard]] bool holds(bool is_right_token);
    void take_binary(std::span<const std::uint8_t> packet);
    [[nodiscard]] std::uint16_t flags_of_events() const noexcept;
    void end_with(close_code code);
    void refuse_with(const char* reason, std::string why);
    void stamp(const text_event& what, tactus_event& event) const noexcept;
    [[nodiscard]] bool has_no_tag(std::int64_t unix_ns) const noexcept;

    void event(const text_event& what) override;
    void ping(const clock_ping& what) override;
    void cancel() override;
    void malformed(std::string_view why) override;

    session_environment& environment_;
    const access_policy& policy_;
    session_settings settings_;
    std::uint32_t tag_;
    state state_ = state::asking;
    std::optional<request_parser> head_; // during the handshake
    std::optional<handshake_answer> held_answer_;
    bool is_held_proof_right_ = false;
    std::int64_t turn_ns_ = 0; // while held
    frame_reader frames_;
    frame_writer writer_;
    std::vector<std::uint8_t> output_;
    const char* refusal_ = nullptr;
    std::string why_;
    std::size_t unproven_bytes_ = 0; // received while unproven

    bool must_cancel_ = false;     // once the events before "cancel" are with the kernel
    std::int64_t received_ns_ = 0; // when the bytes being read came
    tactus::sender_clock clock_;   // the client's, since its first ping
    std::optional<double> last_ping_ms_;
    std::int64_t pong_sent_ns_ = 0;
    std::int64_t ping_received_ns_ = 0;
};

} // namespace websocket_in
