// SPDX-License-Identifier: MIT
// Peers that an event names itself ("192.168.0.7:9000"), inside the networks that the user allows:
// a UDP socket each, made at the first event and kept until newer ones need its place. Names are
// numeric: nothing is looked up. Threads: loop.
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

    // A port for "host:port" or "udp://host:port", one for all spellings of an address. Not
    // allowed is what is outside the networks, and where replies go. Where it is not `made`,
    // nothing has changed.
    [[nodiscard]] tactus::port_answer admit(std::string_view name);
    // nullptr where the port is no ad-hoc peer's.
    [[nodiscard]] rebinding_socket* find(std::uint32_t port) noexcept;
    void close() noexcept;

private:
    struct ad_hoc_peer {
        std::string key;
        std::shared_ptr<rebinding_socket> socket; // also the listener's, until it is closed
        std::uint64_t used = 0;                   // when it was last sent to
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
