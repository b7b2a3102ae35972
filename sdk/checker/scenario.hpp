// SPDX-License-Identifier: MIT
// The events in the life of an instance under test: peers that connect and send, descriptors that
// become ready, time that passes, events that are due. The same in each run.
#pragma once

#include <tactus/testhost/instance.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace tactus::checker {

/// The steps of a complete scenario; time moves by 50 ms in each.
inline constexpr int rounds = 6;

/// Everything outside of the plugin does something: a datagram at each socket, a peer at each
/// listener, bytes on each connection, each descriptor ready. Nothing is settled yet.
void stimulate(testing::test_host& host, int round);

/// Whether a peer sends these bytes, or a part of them: an input may emit bytes that are not a
/// message, and the host refuses them.
bool is_of_peer(std::span<const std::uint8_t> bytes);

/// stimulate, and events for an output; then `round` * 50 ms have passed since the start.
void live_one_round(testing::test_instance& made, int round);

/// All rounds. Ends early where the instance stops by itself.
void live(testing::test_instance& made);

/// Valid events that an output takes, by its `protocols`, for its first port, or port 0 where it
/// has none. The bytes are static. Empty for an input.
std::vector<tactus_event> events_for(testing::test_instance& made, std::size_t n);

/// The output table; nullptr for an input.
const tactus_output_0* output_of(const testing::test_instance& made);

} // namespace tactus::checker
