// SPDX-License-Identifier: MIT
// A client's own clock, mapped to ours by its pings. One direction yields the offset plus the
// constant delay; the client's report of when our answer came yields that delay too.
#pragma once

#include "text_reader.hpp"

#include <tactus/cpp/sender_clock.hpp>

#include <cmath>
#include <cstdint>
#include <optional>

namespace websocket_in {

inline constexpr double ns_per_ms = 1e6;

inline std::int64_t to_ns(double ms) noexcept {
    return std::llround(ms * ns_per_ms);
}
inline double to_ms(std::int64_t ns) noexcept {
    return static_cast<double>(ns) / ns_per_ms;
}

class client_clock {
public:
    /// A ping came, and is answered now. Both times are the host's, in ns.
    void add(const clock_ping& ping, std::int64_t received_ns, std::int64_t answered_ns) noexcept {
        if (ping.received_ms.has_value() && last_ms_.has_value()) {
            const std::int64_t there_and_back_ns = to_ns(*ping.received_ms - *last_ms_);
            clock_.add_round_trip(there_and_back_ns - (answered_ns_ - received_ns_));
        }
        clock_.add(to_ns(ping.client_ms), received_ns);
        last_ms_ = ping.client_ms;
        received_ns_ = received_ns;
        answered_ns_ = answered_ns;
    }

    /// Whether a ping has come.
    [[nodiscard]] bool is_known() const noexcept { return clock_.is_known(); }
    /// The client's time on the host's clock, in ns, and the offset from it. Bounds: is_known().
    [[nodiscard]] std::int64_t to_host(double client_ms) const noexcept {
        return clock_.to_host(to_ns(client_ms));
    }
    [[nodiscard]] std::int64_t offset_ns(double client_ms) const noexcept {
        return clock_.offset_ns(to_ns(client_ms));
    }

private:
    tactus::sender_clock clock_;
    std::optional<double> last_ms_; // when the last ping was sent, on the client's clock
    std::int64_t received_ns_ = 0;
    std::int64_t answered_ns_ = 0;
};

} // namespace websocket_in
