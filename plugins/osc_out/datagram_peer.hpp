// SPDX-License-Identifier: MIT
// A peer reached by datagrams. Made by make_peer only.
#pragma once

#include "peer.hpp"

namespace osc_out {

// "udp://host:port" or "tcp://host:port", as liblo parses it.
[[nodiscard]] bool is_network_peer(const std::string& to);

class datagram_peer final : public peer {
public:
    datagram_peer(peer_settings settings, listener observer)
        : settings_(std::move(settings)), observer_(std::move(observer)) {}

    tactus::task<> run(tactus::context& here) override;
    peer_sent send(std::span<const tactus_datagram> packets) noexcept override;
    void close() noexcept override { socket_.close(); }

private:
    tactus::task<> keep_connected(tactus::context& here);
    // Addressed by a socket file.
    [[nodiscard]] bool is_local() const { return settings_.to.starts_with("unixgram:"); }
    void miss(tactus::context& here, const tactus::failure& why);
    tactus::task<std::vector<std::string>> find(tactus::context& here);
    tactus::task<> await_room(tactus::context& here);
    tactus::task<> hear_replies();
    void connect_to_any(tactus::context& here, const std::vector<std::string>& found);
    void connect(tactus::context& here, const std::string& address);

    peer_settings settings_;
    listener observer_;
    tactus::udp_socket socket_;
    std::string address_; // the address it is connected to
    bool is_missed_ = false;
    tactus::event has_failed_;
    tactus::event is_full_;
    tactus::event is_new_; // the socket
};

} // namespace osc_out
