// SPDX-License-Identifier: MIT
// One connection, sans IO: bytes in; events, and bytes to be sent, out.
//   asking --101--> open --close from either side--> closing --the peer's close--> ended
//   asking --101, a token is asked for and not said--> unproven --the token--> open
//   asking, unproven --a token is said, and others of its address were wrong--> held --its turn-->
//       as if it had been said then
//   asking, unproven --refusal--> ended
// Who is unproven makes no events and hears nothing but that he is welcome, or not.
// It knows no socket and no clock: its environment does. What it has scheduled stays scheduled when
// it ends; {"tactus": "cancel"} takes it back.
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

/// What a session has of the plugin around it. Threads: loop.
class session_environment {
public:
    session_environment() = default;
    session_environment(const session_environment&) = delete;
    session_environment& operator=(const session_environment&) = delete;
    virtual ~session_environment() = default;

    /// Copies the event into the batch that is being filled.
    virtual void add(const tactus_event& event) noexcept = 0;
    /// Whether the batch holds what another message can bring.
    [[nodiscard]] virtual bool has_room() const noexcept = 0;
    /// The handle of a destination's name, 0 where it is too long or one too many.
    [[nodiscard]] virtual std::uint32_t resolve(std::string_view name) = 0;
    virtual std::uint64_t cancel(std::uint32_t tag) = 0;
    virtual void reject(const char* reason) noexcept = 0;
    /// Now, on the host's clock, and what is to be added to have Unix time. Units: ns.
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
    /// `tag` is that of all its events. Environment and policy must outlive it. Errors:
    /// std::bad_alloc.
    session(session_environment& environment, const access_policy& policy,
            const session_settings& settings, std::uint32_t tag);

    /// Takes bytes from the front; they came at `received_ns`. True: the environment's batch is
    /// full, or must go first; call again once it is empty, also where no bytes are left. Errors:
    /// std::bad_alloc.
    [[nodiscard]] bool feed(std::span<const std::uint8_t>& bytes, std::int64_t received_ns);
    /// What the peer says next is not read before then, on the host's clock, and its token not
    /// answered: call go_on() then, and feed() again. Nothing: go on at once.
    [[nodiscard]] std::optional<std::int64_t> held_until_ns() const noexcept {
        return state_ == state::held ? std::optional(turn_ns_) : std::nullopt;
    }
    /// Bounds: held.
    void go_on();
    /// The batch was handed over: does what had to wait for that.
    void batch_went();

    /// What is to be sent; the caller clears it. After the end: send this, then close.
    [[nodiscard]] std::vector<std::uint8_t>& output() noexcept { return output_; }

    [[nodiscard]] bool is_asking() const noexcept { return state_ == state::asking; }
    /// The handshake is over, the token is still to come.
    [[nodiscard]] bool is_unproven() const noexcept { return state_ == state::unproven; }
    [[nodiscard]] bool is_open() const noexcept { return state_ == state::open; }
    /// We have said that we close, and wait for the peer to.
    [[nodiscard]] bool is_closing() const noexcept { return state_ == state::closing; }
    [[nodiscard]] bool has_ended() const noexcept { return state_ == state::ended; }
    /// Why it was refused, as tactus.stream/0 counts it, and in a sentence; nullptr where it was
    /// not.
    [[nodiscard]] const char* refusal() const noexcept { return refusal_; }
    [[nodiscard]] const std::string& why() const noexcept { return why_; }

    /// Whether part of a message has come, and how many have ended; bounds: open.
    [[nodiscard]] bool is_in_message() const noexcept { return frames_.is_in_message(); }
    [[nodiscard]] std::uint64_t messages() const noexcept { return frames_.ended(); }

    /// What is waited for did not come in time: the head, the token, the rest of a message; bounds:
    /// asking, unproven or open.
    void give_up();
    /// Says that we close; bounds: open or unproven.
    void close(close_code code, std::string_view reason);
    /// Asks whether the peer is there; bounds: open.
    void ping();
    /// A binary message to the peer; bounds: open.
    void send(std::span<const std::uint8_t> packet);

    [[nodiscard]] std::uint32_t tag() const noexcept { return tag_; }
    [[nodiscard]] feedback tells() const noexcept { return settings_.tells; }
    /// Text to the peer; bounds: open.
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
    std::optional<request_parser> head_; // while it is asked for
    std::optional<handshake_answer> held_answer_;
    bool is_held_proof_right_ = false;
    std::int64_t turn_ns_ = 0; // while it is held
    frame_reader frames_;
    frame_writer writer_;
    std::vector<std::uint8_t> output_;
    const char* refusal_ = nullptr;
    std::string why_;
    std::size_t unproven_bytes_ = 0; // that came while it was unproven

    bool must_cancel_ = false;     // once the events before that word are with the kernel
    std::int64_t received_ns_ = 0; // when the bytes came that are being read
    tactus::sender_clock clock_;   // the client's, since its first ping
    std::optional<double> last_ping_ms_;
    std::int64_t pong_sent_ns_ = 0;
    std::int64_t ping_received_ns_ = 0;
};

} // namespace websocket_in
