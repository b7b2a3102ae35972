// SPDX-License-Identifier: MIT
// Requests to the operator's pages that were refused, and their observer. No wire format.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tactus::metrics {

// Why a request got no page. A closed set: the labels of tactus_metrics_requests_rejected_total.
enum class unanswered : std::uint8_t { host, malformed, too_large, method, slow, failed };
inline constexpr std::array<std::string_view, 6> unanswered_names = {
    "host", "malformed", "too_large", "method", "slow", "failed"};

// Notified of each. Rate limiting is up to the observer.
class refusal_observer {
public:
    refusal_observer() = default;
    refusal_observer(const refusal_observer&) = delete;
    refusal_observer& operator=(const refusal_observer&) = delete;
    virtual ~refusal_observer() = default;

    // `about`: for `host`, the request's host, empty if it has none or several; for `failed`, the
    // path of the page and the error; else empty.
    virtual void refused(unanswered why, std::string_view about) noexcept = 0;
};

} // namespace tactus::metrics
