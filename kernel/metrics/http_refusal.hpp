// SPDX-License-Identifier: MIT
// Requests to the operator's pages that got none, and who is told of them. No wire format.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tactus::metrics {

// Why a request got no page. Closed: the labels of tactus_metrics_requests_rejected_total.
enum class unanswered : std::uint8_t { host, malformed, too_large, method, slow };
inline constexpr std::array<std::string_view, 5> unanswered_names = {"host", "malformed",
                                                                     "too_large", "method", "slow"};

// Told of each. Rate limiting is the observer's.
class refusal_observer {
public:
    refusal_observer() = default;
    refusal_observer(const refusal_observer&) = delete;
    refusal_observer& operator=(const refusal_observer&) = delete;
    virtual ~refusal_observer() = default;

    // `host` as the request has it, where that is why; empty: it has none, or several.
    virtual void refused(unanswered why, std::string_view host) noexcept = 0;
};

} // namespace tactus::metrics
