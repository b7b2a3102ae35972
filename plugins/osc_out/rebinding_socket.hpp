// SPDX-License-Identifier: MIT
// A UDP socket to one numeric peer that survives a change of this machine's own address (DHCP,
// Wi-Fi, a network adapter that is plugged in again). A connected socket keeps the address it was
// made with; once that address has gone, the system refuses everything it sends, and only a new
// socket helps. Other refusals (a datagram that is too long, a network without a route) do not
// justify a new socket: it would have another port, and the peer may know us by the old one.
// Threads: loop.
#pragma once

#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <span>
#include <string>
#include <utility>

namespace osc_out {

// Whether a newly made socket leaves this machine by another address or another interface than the
// old one to the same peer. Errors: failure.
[[nodiscard]] bool is_outdated(const tactus::udp_socket& old, const tactus::udp_socket& fresh,
                               const std::string& to);

class rebinding_socket {
public:
    // The minimum between two attempts to make a new socket.
    static constexpr std::chrono::seconds pause{1};

    rebinding_socket(tactus::context& here, std::string to) : here_(here), to_(std::move(to)) {}

    // Errors: failure, with the system's reason.
    void open();
    // Like udp_socket::send, but if the socket is outdated, refused packets are sent on a new one.
    [[nodiscard]] tactus::udp_sent send(std::span<const tactus_datagram> packets) noexcept;
    [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }
    void close() noexcept { socket_.close(); }

    // For receiving. It is replaced in place.
    [[nodiscard]] tactus::udp_socket& socket() noexcept { return socket_; }

private:
    [[nodiscard]] tactus::udp_socket make() const;
    [[nodiscard]] bool renew() noexcept;

    tactus::context& here_;
    std::string to_;
    tactus::udp_socket socket_;
    tactus::time_point next_attempt_;
};

} // namespace osc_out
