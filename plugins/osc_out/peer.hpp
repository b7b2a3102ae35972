// SPDX-License-Identifier: MIT
// One peer of an osc_out: an address reached by datagrams, or a connection. It keeps itself
// connected, and reports when it is up or down; sending never waits. Threads: loop.
#pragma once

#include "packets.hpp"
#include "replies.hpp"

#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace osc_out {

struct peer_settings {
    std::string to; // "udp://host:port"
    framing by = framing::size;
    std::string interface;
    std::uint32_t hops = 1;
    replies& answers; // outlives the peer
    std::size_t packet_max = 64 * 1024;
};

// How many packets were sent, and why not all: AGAIN (a full UDP socket; has_room() follows), IO
// (that packet was refused), CLOSED (down).
struct peer_sent {
    tactus_status status = TACTUS_OK;
    std::size_t sent = 0;
    const char* why = ""; // for AGAIN and IO, for the log: "it does not read"
};

class peer {
public:
    // Called on the loop; the functions are kept for the peer's life.
    struct listener {
        std::function<void(bool is_up)> changed;
        std::function<void()> failed; // an attempt to reach it
        std::function<void()> has_room;
    };

    peer() = default;
    peer(const peer&) = delete;
    peer& operator=(const peer&) = delete;
    virtual ~peer() = default;

    // Runs until the instance stops.
    [[nodiscard]] virtual tactus::task<> run(tactus::context& here) = 0;
    virtual peer_sent send(std::span<const tactus_datagram> packets) noexcept = 0;
    virtual void close() noexcept = 0;
};

// Errors: config_error at "to", if it does not name a peer.
void check_peer(const std::string& to);
[[nodiscard]] std::unique_ptr<peer> make_peer(peer_settings settings, peer::listener observer);

// The wait before the next attempt: a random part of a limit that doubles, because many clients
// that lost the same peer should not return at once.
class pause {
public:
    explicit pause(const std::string& seed) : random_(std::hash<std::string>{}(seed)) {}
    [[nodiscard]] std::chrono::nanoseconds next();
    void reset() noexcept { limit_ = first; }

private:
    static constexpr std::chrono::nanoseconds first = std::chrono::milliseconds(500);
    static constexpr std::chrono::nanoseconds longest = std::chrono::seconds(30);
    std::chrono::nanoseconds limit_ = first;
    std::minstd_rand random_;
};

} // namespace osc_out
