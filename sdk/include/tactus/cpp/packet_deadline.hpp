// SPDX-License-Identifier: MIT
// The time by which a peer must have sent the rest of a packet, line or message that it has begun.
// Otherwise a peer that begins one and stops would hold its place for ever. An occasional byte does
// not move the deadline; only the end of a packet does. A peer that has begun nothing has no
// deadline. Therefore no timer is armed for it, and an idle connection stays. The limit is the
// user's option `packet_timeout`. This class only decides: pass at() to stream::read.
#pragma once

#include <tactus/cpp/compiler.hpp>


#include <tactus/cpp/time.hpp>

namespace tactus {
inline namespace v0_1 {

/// Threads: one at a time.
class packet_deadline {
public:
    /// The default of the option `packet_timeout`.
    static constexpr const char* default_toml = "\"10s\"";

    /// 0: a packet may take any time.
    explicit packet_deadline(std::chrono::nanoseconds limit) noexcept : limit_(limit) {}

    /// Call it after each read, once the packets that it completed are passed on. `is_in_packet`:
    /// part of a packet has arrived and its end has not. `has_ended_one`: a packet ended in the
    /// bytes read; therefore the one begun now is another.
    void update(time_point now, bool is_in_packet, bool has_ended_one) noexcept {
        if (!is_in_packet || limit_ == limit_.zero()) {
            at_ = no_deadline;
        } else if (at_ == no_deadline || has_ended_one) {
            at_ = now + limit_;
        }
    }

    /// Returns no_deadline if nothing is begun.
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
