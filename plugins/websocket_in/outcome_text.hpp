// SPDX-License-Identifier: MIT
// What a client is told of its events, as JSON.
#pragma once

#include <tactus/iface/outcome.h>

#include <cstdint>
#include <string>

namespace websocket_in {

[[nodiscard]] std::string outcome_text(const tactus_outcome& what);
/// So many more outcomes came at once than are told of.
[[nodiscard]] std::string lost_text(std::uint64_t lost);

} // namespace websocket_in
