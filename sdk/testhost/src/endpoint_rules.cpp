// SPDX-License-Identifier: MIT
#include "endpoint_rules.hpp"

#include <tactus/cpp/numeric_host.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <sys/un.h>

namespace tactus::testing {
namespace {

constexpr std::size_t name_max = 253; // RFC 1035, as text

bool is_path(std::string_view path) {
    return path.starts_with('/') && path.size() < sizeof(sockaddr_un{}.sun_path) &&
           path.find('\0') == std::string_view::npos;
}

bool is_port(std::string_view digits) {
    std::uint16_t port = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, failed] = std::from_chars(digits.data(), end, port);
    return failed == std::errc{} && rest == end;
}

bool is_name(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    };
    return !text.empty() && text.size() <= name_max &&
           text.find_first_not_of("0123456789.") != std::string_view::npos &&
           std::all_of(text.begin(), text.end(), fits);
}

} // namespace

endpoint_kind kind_of_endpoint(std::string_view text) {
    constexpr std::string_view by_path = "unix://";
    constexpr std::size_t scheme_size = 6; // of both others
    if (text.starts_with(by_path)) {
        return is_path(text.substr(by_path.size())) ? endpoint_kind::numeric : endpoint_kind::none;
    }
    const bool is_udp = text.starts_with("udp://");
    const std::size_t colon = text.rfind(':');
    if ((!is_udp && !text.starts_with("tcp://")) || colon < scheme_size ||
        !is_port(text.substr(colon + 1))) {
        return endpoint_kind::none;
    }
    std::string_view host = text.substr(scheme_size, colon - scheme_size);
    const bool is_six = host.size() > 2 && host.front() == '[' && host.back() == ']';
    host = is_six ? host.substr(1, host.size() - 2) : host;
    const bool is_numeric = is_six == (host.find(':') != std::string_view::npos) &&
                            numeric_host::parse(host).has_value();
    if (!is_numeric && (is_six || !is_name(host))) {
        return endpoint_kind::none;
    }
    return is_udp ? endpoint_kind::datagrams
                  : (is_numeric ? endpoint_kind::numeric : endpoint_kind::by_name);
}

} // namespace tactus::testing
