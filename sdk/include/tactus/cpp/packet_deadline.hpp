// SPDX-License-Identifier: MIT
// When a peer must have sent the rest of what it has begun: a packet, a line, a message. A peer
// that begins one and stops would else hold its place for ever. A byte now and then does not move
// the deadline; only the end of a packet does. A peer that has begun nothing has no deadline, so
// nothing is armed for it and an idle connection stays. The limit is the user's option
// `packet_timeout`. Decides only: give at() to stream::read.
#pragma once

#include <chrono>

#include <tactus/cpp/time.hpp>

namespace tactus {
inline namespace v0_1 {

/// Threads: one at a time.
class packet_deadline {
public:
    /// What the option `packet_timeout` says where the file does not.
    static constexpr const char* default_toml = "\"10s\"";

    /// 0: a packet may take any time.
    explicit packet_deadline(std::chrono::nanoseconds limit) noexcept : limit_(limit) {}

    /// After each read, once the packets that it completed are handed over. `is_in_packet`: part of
    /// a packet has come and its end has not. `has_ended_one`: a packet ended in what was read, so
    /// what is begun now is another one.
    void update(time_point now, bool is_in_packet, bool has_ended_one) noexcept {
        if (!is_in_packet || limit_ == limit_.zero()) {
            at_ = no_deadline;
        } else if (at_ == no_deadline || has_ended_one) {
            at_ = now + limit_;
        }
    }

    /// no_deadline where nothing is begun.
    [[nodiscard]] time_point at() const noexcept { return at_; }
    [[nodiscard]] bool is_over(time_point now) const noexcept {
        return at_ != no_deadline && now >= at_;
    }

private:
    std::chrono::nanoseconds limit_;
    time_point at_ = no_deadline;
};

} // namespace v0_1
} // namespace tactus
