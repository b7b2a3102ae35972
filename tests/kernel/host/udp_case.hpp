// SPDX-License-Identifier: MIT
// An instance with UDP sockets on the loopback interface, and buffers to receive into. For the
// tests of "tactus.udp/0".
#pragma once

#include "kernel/net/udp_socket.hpp"
#include "tests/kernel/host/loop_case.hpp"

#include <array>
#include <string>
#include <vector>

namespace tactus::testing {

struct udp_case : loop_instance {
    udp_case() { start(); }
    const tactus_udp_0& udp() const { return table<tactus_udp_0>(TACTUS_UDP_0); }

    tactus_address parse(std::string_view text) const {
        tactus_address address{};
        REQUIRE(udp().parse(host(), str(text), &address) == TACTUS_OK);
        return address;
    }
    tactus_id bind(std::string_view text) const {
        const tactus_address local = parse(text);
        tactus_id socket = 0;
        REQUIRE(udp().open(host(), &local, nullptr, &socket) == TACTUS_OK);
        return socket;
    }
    tactus_address where(tactus_id socket) const {
        tactus_address address{};
        REQUIRE(udp().local(host(), socket, &address) == TACTUS_OK);
        return address;
    }
    tactus_id connect(const tactus_address& peer) const {
        tactus_id socket = 0;
        REQUIRE(udp().open(host(), nullptr, &peer, &socket) == TACTUS_OK);
        return socket;
    }
    // To a connected peer.
    std::uint32_t send(tactus_id socket, const std::vector<std::string>& texts) const {
        std::vector<tactus_datagram> all(texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            all[i].bytes = reinterpret_cast<std::uint8_t*>(const_cast<char*>(texts[i].data()));
            all[i].size = static_cast<std::uint32_t>(texts[i].size());
        }
        std::uint32_t sent = 0;
        CHECK(udp().send(host(), socket, all.data(), static_cast<std::uint32_t>(all.size()),
                         &sent) == TACTUS_OK);
        return sent;
    }
};

// Buffers for a recv.
struct inbox {
    std::array<std::array<std::uint8_t, 32>, 100> buffers{};
    std::array<tactus_datagram, 100> datagrams{};
    test_op op;

    inbox() {
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            datagrams[i].bytes = buffers[i].data();
            datagrams[i].capacity = 32;
        }
    }
    [[nodiscard]] std::string text(std::size_t i) const {
        return {reinterpret_cast<const char*>(datagrams[i].bytes), datagrams[i].size};
    }
};

} // namespace tactus::testing
