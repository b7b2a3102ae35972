// SPDX-License-Identifier: MIT
// A desk of OSC whose messages go to an output of a plugin under test, "projector".
#pragma once

#include "tests/support/udp_peer.hpp"

#include <cstdint>
#include <fmt/format.h>
#include <string>

namespace tactus::test {

inline std::string desk_to(const std::string& type, std::uint16_t port) {
    return fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"
[[output]]
name = "projector"
type = "{}"
[[route]]
from = "desk"
to = "projector"
)",
                       port, type);
}

inline void send_one(std::uint16_t port) {
    const std::string message{"/n\0\0,\0\0\0", 8};
    udp_peer().send({reinterpret_cast<const std::uint8_t*>(message.data()), message.size()}, port);
}

} // namespace tactus::test
