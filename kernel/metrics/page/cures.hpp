// SPDX-License-Identifier: MIT
// Advice about events that got no further, by reason: one sentence for the operator. Static text.
// Threads: any.
#pragma once

#include "kernel/flow/ledger.hpp"

#include <string_view>

namespace tactus::metrics::page {

[[nodiscard]] std::string_view cure_of(flow::rejected reason) noexcept;
[[nodiscard]] std::string_view cure_of(flow::unrouted reason) noexcept;
[[nodiscard]] std::string_view cure_of(flow::dropped reason) noexcept;

// Whether the configuration, a client or the operator wants it so.
[[nodiscard]] bool is_meant(flow::rejected reason) noexcept;
[[nodiscard]] bool is_meant(flow::unrouted reason) noexcept;
[[nodiscard]] bool is_meant(flow::dropped reason) noexcept;

} // namespace tactus::metrics::page
