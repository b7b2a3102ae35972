// SPDX-License-Identifier: MIT
// Peers that an event itself names ("192.168.0.7:9000"), within the networks that the user allows:
// each has a UDP socket, which is made at the first event and kept until newer peers need its
// place. Names are numeric: no name is looked up. Threads: loop.
#pragma once

#include "rebinding_socket.hpp"
#include "replies.hpp"

#include <tactus/cpp/plugin.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace osc_out {

class ad_hoc_peers {
public:
    static constexpr std::size_t peers_max = 64;
    static constexpr std::size_t name_bytes_max = 72; // more than the longest address needs

    ad_hoc_peers(tactus::context& here, tactus::allow_list allowed, replies& answers)
        : here_(here), allowed_(std::move(allowed)), answers_(answers) {}

    // A port for "host:port" or "udp://host:port", the same for all spellings of an address.
    // Addresses outside the networks, and the one where replies go, are not allowed. Unless the
    // answer is `made`, nothing has changed.
    [[nodiscard]] tactus::port_answer admit(std::string_view name);
    // Returns nullptr if the port does not belong to an ad-hoc peer.
    [[nodiscard]] rebinding_socket* find(std::uint32_t port) noexcept;
    void close() noexcept;

private:
    struct ad_hoc_peer {
        std::string key;
        std::shared_ptr<rebinding_socket> socket; // also the listener's, until it is closed
        std::uint64_t used = 0;                   // uses_ at the last send
    };

    void add(const tactus::port_info& wanted);
    void remove_oldest();
    tactus::task<> hear_replies(std::shared_ptr<rebinding_socket> of);

    tactus::context& here_;
    tactus::allow_list allowed_;
    replies& answers_;
    std::unordered_map<std::uint32_t, ad_hoc_peer> peers_; // by port
    std::uint64_t uses_ = 0;
};

} // namespace osc_out
