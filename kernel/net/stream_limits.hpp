// SPDX-License-Identifier: MIT
// The user's limits on the connections of one instance: options defined by the kernel, so that
// every plugin on streams has them.
#pragma once

#include <cstdint>

namespace tactus::net {

struct stream_limits {
    std::uint32_t connections_max = 64;
    std::uint64_t buffer_max = std::uint64_t{1} << 20; // bytes queued for writing, per connection
    std::int64_t idle_timeout_ns = 0;                  // 0 = never
};

} // namespace tactus::net
