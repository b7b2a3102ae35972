// SPDX-License-Identifier: MIT
// Slows down guessing of the token. After an address has sent a wrong token, its next one is
// answered only after a pause, right or wrong; the pause grows with each further wrong one: 0.5, 1,
// 2, then 4 s. All connections of an address share one queue; therefore many of them guess no
// faster than one. If the queue is longer than 10 s, the token is not checked. An address that has
// sent no wrong token never waits. A minute after its last turn an address is forgotten. IPv6
// addresses count by their /64, since one machine has all addresses in it. Decides only: it knows
// no clock and no socket. Bounded: 256 addresses; then the one with the oldest last turn is
// removed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <tactus/iface/udp.h>

namespace websocket_in {

/// Threads: one at a time.
class token_guard {
public:
    static constexpr std::size_t addresses_max = 256;
    static constexpr std::int64_t first_pause_ns = 500'000'000;
    static constexpr std::int64_t longest_pause_ns = 4'000'000'000;
    static constexpr std::int64_t longest_wait_ns = 10'000'000'000;
    static constexpr std::int64_t remembered_ns = 60'000'000'000;

    /// When the token that `from` has just sent may be answered: now, or later. Nothing: it must
    /// not be judged. An unknown address, of size 0, counts as one address. Errors: std::bad_alloc.
    [[nodiscard]] std::optional<std::int64_t> turn_ns(const tactus_address& from, bool is_right,
                                                      std::int64_t now_ns);

    [[nodiscard]] std::size_t addresses() const noexcept { return known_.size(); }

private:
    using network = std::array<std::uint8_t, 9>; // the family, then IPv4 or the upper half of IPv6

    struct entry {
        network from{};
        std::int64_t next_ns = 0; // when its next token may be answered
        std::int64_t pause_ns = 0;
    };

    [[nodiscard]] static network network_of(const tactus_address& from) noexcept;
    void punish(const network& from, std::int64_t turn_ns);

    std::vector<entry> known_; // in no order
};

} // namespace websocket_in
