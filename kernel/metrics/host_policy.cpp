// SPDX-License-Identifier: MIT
#include "kernel/metrics/host_policy.hpp"

#include <tactus/cpp/localhost.hpp>
#include <tactus/cpp/numeric_host.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <strings.h>

namespace tactus::metrics {
namespace {

bool is_port(std::string_view text) noexcept {
    return text.size() <= 5 && // "" is valid: "localhost:" is a host with an empty port
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "name:port" and "[v6]:port" without the port; nothing if it is neither.
std::optional<std::string> without_port(std::string_view host) {
    const std::size_t bracket = host.starts_with('[') ? host.find(']') : std::string_view::npos;
    if (host.starts_with('[') && bracket == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t name_end =
        bracket != std::string_view::npos ? bracket + 1 : std::min(host.find(':'), host.size());
    const std::string_view rest = host.substr(name_end);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) {
        return std::nullopt;
    }
    return std::string(bracket != std::string_view::npos ? host.substr(1, bracket - 1)
                                                         : host.substr(0, name_end));
}

// An address in its canonical form; nothing if it is a name.
std::optional<std::string> canonical(const std::string& text) {
    const std::optional<numeric_host> host = numeric_host::parse(text);
    return host.has_value() ? std::optional(host->canonical()) : std::nullopt;
}

} // namespace

std::string host_name(std::string_view host) {
    return without_port(host).value_or("");
}

host_policy::host_policy(std::string_view bound, std::vector<std::string> allowed)
    : bound_(canonical(without_port(bound).value_or("")).value_or("")),
      allows_any_literal_(bound_ == "0.0.0.0" || bound_ == "::"), allowed_(std::move(allowed)) {}

bool host_policy::allows(std::string_view host) const {
    if (host.empty()) {
        return true;
    }
    const std::optional<std::string> name = without_port(host);
    if (!name.has_value() || name->empty()) {
        return false;
    }
    const std::optional<std::string> address = canonical(*name);
    if (is_localhost(*name) ||
        (address.has_value() && (allows_any_literal_ || address == bound_))) {
        return true;
    }
    return std::ranges::any_of(allowed_, [&](const std::string& each) {
        return address.has_value() ? canonical(each) == address
                                   : strcasecmp(each.c_str(), name->c_str()) == 0;
    });
}

} // namespace tactus::metrics
