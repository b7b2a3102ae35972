// SPDX-License-Identifier: MIT
// One connection or listener of a test_host, as the test sees and scripts it. It stays here when
// the plugin has closed it, so that a test can look at what became of it.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <vector>

#include <tactus/tactus.h>

namespace tactus::testing {

struct test_stream {
    tactus_id id = 0;
    std::string local;                             // where a listener listens
    std::string endpoint;                          // the peer, as peer() names it
    std::uint32_t uid = 0xffffffff;                // unix
    std::uint32_t mode = 0;                        // of a listener on a unix socket
    std::vector<std::uint8_t> inbound;             // not yet read
    std::vector<std::uint8_t> sent;                // by write and send, together
    std::vector<std::vector<std::uint8_t>> chunks; // by send, each alone
    std::size_t send_room = std::numeric_limits<std::size_t>::max(); // bytes
    bool is_listener = false;
    bool is_ended = false;         // the peer sends no more
    bool is_reset = false;         // gone
    bool is_shut = false;          // by the plugin: half-close
    bool is_closed = false;        // by the plugin
    std::string refused;           // the plugin's reason
    std::deque<tactus_id> waiting; // a listener's connections that are not accepted yet

    std::string text() const { return {sent.begin(), sent.end()}; }
};

} // namespace tactus::testing
