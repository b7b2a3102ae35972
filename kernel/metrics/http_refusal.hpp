// SPDX-License-Identifier: MIT
// Requests to the operator's pages that were refused, and their observer. No wire format.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tactus::metrics {

// Why a request got no page. A closed set: the labels of tactus_metrics_requests_rejected_total.
enum class unanswered : std::uint8_t { host, malformed, too_large, method, slow };
inline constexpr std::array<std::string_view, 5> unanswered_names = {"host", "malformed",
                                                                     "too_large", "method", "slow"};

// Notified of each. Rate limiting is up to the observer.
class refusal_observer {
public:
    refusal_observer() = default;
    refusal_observer(const refusal_observer&) = delete;
    refusal_observer& operator=(const refusal_observer&) = delete;
    virtual ~refusal_observer() = default;

    // `host`: the request's, if that is the reason; empty if it has none or several.
    virtual void refused(unanswered why, std::string_view host) noexcept = 0;
};

} // namespace tactus::metrics
