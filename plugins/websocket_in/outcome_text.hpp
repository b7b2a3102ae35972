// SPDX-License-Identifier: MIT
// The JSON messages that tell a client about its events.
#pragma once

#include <tactus/iface/outcome.h>

#include <cstdint>
#include <string>

namespace websocket_in {

[[nodiscard]] std::string outcome_text(const tactus_outcome& what);
/// States how many more outcomes came at once than were reported.
[[nodiscard]] std::string lost_text(std::uint64_t lost);

} // namespace websocket_in
