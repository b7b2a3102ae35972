// SPDX-License-Identifier: MIT
// How many connections an input or output has had, and why some were refused or ended: counted by
// kernel/net, shown by kernel/metrics. Plain numbers with one writer, the loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tactus::base {

// A closed set: the labels of tactus_input_connections_rejected_total.
enum class refused : std::uint8_t {
    limit, // too many connections, or no descriptor left
    address,
    host,
    origin,
    token,
    protocol,
    too_large,
    slow, // does not read what is written, or does not complete its messages
    idle,
};
inline constexpr std::array<std::string_view, 9> refused_names = {
    "limit", "address", "host", "origin", "token", "protocol", "too_large", "slow", "idle"};

struct connection_counts {
    std::uint64_t open = 0; // now
    std::uint64_t accepted = 0;
    std::array<std::uint64_t, refused_names.size()> refused_by{};

    void refuse(refused why) noexcept { ++refused_by[static_cast<std::size_t>(why)]; }
    // Adds an ended instance's counts, except the open connections.
    void add_past(const connection_counts& past) noexcept {
        accepted += past.accepted;
        for (std::size_t i = 0; i < refused_by.size(); ++i) {
            refused_by[i] += past.refused_by[i];
        }
    }
};

} // namespace tactus::base
