// SPDX-License-Identifier: MIT
// Ports for daemons under test. They are below those that the system gives away by itself (32768
// on), so no peer of a test that is made later gets one of them.
#pragma once

#include <cstdint>
#include <random>
#include <stdexcept>

namespace tactus::test {

/// One at which a `Peer` could be made just now; it throws std::runtime_error where the port is
/// taken.
template <class Peer>
std::uint16_t free_port() {
    static std::mt19937 random{std::random_device{}()};
    for (int i = 0; i < 100; ++i) {
        const auto port = static_cast<std::uint16_t>(20'000 + random() % 12'000);
        try {
            return Peer(port).port();
        } catch (const std::runtime_error&) { // somebody has it
        }
    }
    throw std::runtime_error("no port is free");
}

} // namespace tactus::test
