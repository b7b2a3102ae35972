// SPDX-License-Identifier: MIT
// One connection, sans IO: bytes in; events and bytes to send out.
//   asking, unproven, held: see admission.hpp --admitted--> open
//   open --close from either side--> closing --the peer's close--> ended
//   any other state --refusal, failure of the protocol--> ended
// A session knows no socket and no clock: its environment does. Events that it has scheduled stay
// scheduled when it ends; {"tactus": "cancel"} cancels them. Threads: loop.
#pragma once

#include "admission.hpp"
#include "client_messages.hpp"
#include "frames.hpp"
#include "outbox.hpp"
#include "session_environment.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace websocket_in {

class session {
public:
    /// Its events have the groups of `tags`, and `tags.untagged()` as their tag. Environment,
    /// policy and tags must outlive the session. Errors: std::bad_alloc.
    session(session_environment& environment, const access_policy& policy,
            const session_settings& settings, tactus::sender_tags& tags);
    session(const session&) = delete; // its parts refer to each other
    session& operator=(const session&) = delete;
    ~session() = default;

    /// Takes bytes from the front; they came at `received_ns`. Returns true if the environment's
    /// batch is full, or must be handed over first; call again once it is empty, even if no bytes
    /// are left. Errors: std::bad_alloc.
    [[nodiscard]] bool feed(std::span<const std::uint8_t>& bytes, std::int64_t received_ns);
    /// Until this time, on the host's clock, further input is not read and the token not answered:
    /// then call go_on(), and feed() again. Nothing: no wait.
    [[nodiscard]] std::optional<std::int64_t> held_until_ns() const noexcept {
        return is_at(admission::state::held) ? std::optional(admission_.turn_ns()) : std::nullopt;
    }
    /// Ends the wait. Bounds: held.
    void go_on();
    /// The batch was handed over: performs the steps that had to wait for that.
    void batch_went();

    /// The text to send. After the end: send it, then close. The caller may add texts and packets
    /// for the peer, and pings, while it is open.
    [[nodiscard]] outbox& out() noexcept { return out_; }

    [[nodiscard]] bool is_asking() const noexcept { return is_at(admission::state::asking); }
    /// The handshake is over; the token is still to come.
    [[nodiscard]] bool is_unproven() const noexcept { return is_at(admission::state::unproven); }
    [[nodiscard]] bool is_open() const noexcept { return state_ == state::open; }
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

private:
    enum class state { entering, open, closing, ended };

    [[nodiscard]] bool is_at(admission::state step) const noexcept {
        return state_ == state::entering && admission_.now() == step;
    }
    [[nodiscard]] bool reads_frames() const noexcept;
    void follow_admission();
    void take_message(std::int64_t received_ns);
    void take_close(const message& got);
    void end_with(close_code code);
    void refuse_with(const char* reason, std::string why);

    session_environment& environment_;
    session_settings settings_;
    outbox out_;
    admission admission_;
    client_messages client_;
    frame_reader frames_;
    state state_ = state::entering;
    const char* refusal_ = nullptr;
    std::string why_;
};

} // namespace websocket_in
