// SPDX-License-Identifier: MIT
// A datagram socket as requested with udp.open_with: UDP with multicast and broadcast, or unix
// datagrams. udp_options_linux.cpp. Threads: loop.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/net/unix_path.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace tactus::net {

struct udp_options {
    std::string_view local; // endpoints, empty = none
    std::string_view remote;
    std::string_view device; // a network interface by name or by its address, for multicast
    std::uint32_t hops = 0;  // of multicast; 0 = 1
    std::uint32_t mode = 0;  // of a unix socket's file; 0 = 0660
};

// The open descriptor, and the file that belongs to it.
struct opened_udp {
    int fd = -1;
    bool is_unix = false;
    bool is_member = false; // of a multicast group
    unsigned device = 0;    // number of the named interface; 0: chosen by the system
    std::unique_ptr<unix_path> file;
};

// Errors: invalid (no endpoint, families that do not fit), io; both with the reason.
[[nodiscard]] result<opened_udp> open_udp(const udp_options& options);

enum class membership : std::uint8_t {
    held,
    lost, // to be reopened: nothing is received, or the system would now join on another interface
    away, // there is no interface to join on
};
// The state of the group that a socket was opened for. An IPv6 group whose interface was not named
// always appears held.
[[nodiscard]] membership look_at_group(const opened_udp& socket,
                                       const udp_options& options) noexcept;

} // namespace tactus::net
