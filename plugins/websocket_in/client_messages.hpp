// SPDX-License-Identifier: MIT
// What the messages of an admitted client mean: events for the present batch, and the answers to
// its pings and errors. Threads: loop. Errors: std::bad_alloc.
#pragma once

#include "client_clock.hpp"
#include "outbox.hpp"
#include "session_environment.hpp"
#include "text_reader.hpp"

#include <tactus/cpp/sender_tags.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace websocket_in {

class client_messages final : private text_sink {
public:
    /// All references must outlive this.
    client_messages(session_environment& environment, const session_settings& settings,
                    tactus::sender_tags& tags, outbox& out) noexcept
        : environment_(environment), settings_(settings), tags_(tags), group_(tags.untagged()),
          out_(out) {}

    /// A message that came at `received_ns`. Bounds: as for text_reader::read; the environment has
    /// room.
    void take_text(std::span<const std::uint8_t> text, std::int64_t received_ns);
    void take_binary(std::span<const std::uint8_t> packet, std::int64_t received_ns);

    /// Whether the client cancels its events: no further message may be taken until the batch was
    /// handed over, since the kernel must have the events before it can cancel them.
    [[nodiscard]] bool must_cancel() const noexcept { return canceled_tag_.has_value(); }
    /// Cancels them, and tells the client. Bounds: must_cancel().
    void cancel_events();
    /// The client has left; nothing is cancelled.
    void forget_cancel() noexcept { canceled_tag_.reset(); }

private:
    void event(const text_event& what) override;
    void ping(const clock_ping& what) override;
    void cancel(std::string_view tag) override { canceled_tag_ = tag; }
    void tag(std::string_view tag) override;
    void malformed(std::string_view why) override { reject("malformed", why); }

    void reject(const char* reason, std::string_view why);
    [[nodiscard]] tactus_event new_event(std::uint16_t protocol) const noexcept;
    void stamp(const text_event& what, tactus_event& event) const noexcept;
    [[nodiscard]] bool has_no_tag(std::int64_t unix_ns) const noexcept;

    session_environment& environment_;
    const session_settings& settings_;
    tactus::sender_tags& tags_;
    std::uint32_t group_; // of the next events
    outbox& out_;
    client_clock clock_;
    std::int64_t received_ns_ = 0;            // when the message being read came
    std::optional<std::string> canceled_tag_; // empty: everything
};

} // namespace websocket_in
