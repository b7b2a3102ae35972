// SPDX-License-Identifier: MIT
#include "kernel/metrics/host_policy.hpp"

#include <tactus/cpp/http_authority.hpp>
#include <tactus/cpp/localhost.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <strings.h>

namespace tactus::metrics {

std::string host_name(std::string_view host) {
    const std::optional<http_authority> called = http_authority::parse(host);
    return called.has_value() ? called->host : std::string();
}

host_policy::host_policy(std::string_view bound, std::vector<std::string> allowed)
    : bound_(canonical_address(host_name(bound)).value_or("")),
      allows_any_literal_(bound_ == "0.0.0.0" || bound_ == "::"), allowed_(std::move(allowed)) {}

bool host_policy::allows(std::string_view host) const {
    if (host.empty()) {
        return true;
    }
    const std::string name = host_name(host);
    if (name.empty()) {
        return false;
    }
    const std::optional<std::string> address = canonical_address(name);
    if (is_localhost(name) || (address.has_value() && (allows_any_literal_ || address == bound_))) {
        return true;
    }
    return std::ranges::any_of(allowed_, [&](const std::string& each) {
        return address.has_value() ? canonical_address(each) == address
                                   : strcasecmp(each.c_str(), name.c_str()) == 0;
    });
}

} // namespace tactus::metrics
