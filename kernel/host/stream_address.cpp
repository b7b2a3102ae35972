// SPDX-License-Identifier: MIT
#include "kernel/host/stream_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace tactus::host {
namespace {

constexpr std::size_t name_max = 253; // RFC 1035, as text

template <class Sockaddr>
stream_address stored(const Sockaddr& from, std::size_t size = sizeof(Sockaddr)) noexcept {
    stream_address address;
    std::memcpy(&address.bytes, &from, size);
    address.size = static_cast<socklen_t>(size);
    return address;
}

std::optional<stream_endpoint> parse_path(std::string_view path) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    if (!path.starts_with('/') || path.size() >= sizeof local.sun_path ||
        path.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    std::memcpy(local.sun_path, path.data(), path.size());
    stream_endpoint made;
    made.by = transport::unix_stream;
    made.address = stored(local, offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return made;
}

bool parse_port(std::string_view digits, std::uint16_t& port) noexcept {
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
}

bool parse_six(const std::string& host, stream_endpoint& into) noexcept {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(into.port);
    const bool is_six = ::inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) == 1;
    into.address = stored(six);
    return is_six;
}

bool parse_four(const std::string& host, stream_endpoint& into) noexcept {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(into.port);
    const bool is_four = ::inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1;
    into.address = stored(four);
    return is_four;
}

bool is_name(std::string_view text) noexcept {
    const bool is_numeric = text.find_first_not_of("0123456789.") == std::string_view::npos;
    return !text.empty() && !is_numeric && text.size() <= name_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_';
           });
}

} // namespace

std::optional<stream_endpoint> parse_stream_endpoint(std::string_view text) {
    constexpr std::string_view unix_scheme = "unix://";
    if (text.starts_with(unix_scheme)) {
        return parse_path(text.substr(unix_scheme.size()));
    }
    stream_endpoint made;
    made.by = text.starts_with("udp://") ? transport::udp : transport::tcp;
    const std::size_t colon = text.rfind(':');
    constexpr std::size_t scheme_size = 6; // of both
    if ((made.by == transport::tcp && !text.starts_with("tcp://")) || colon < scheme_size ||
        !parse_port(text.substr(colon + 1), made.port)) {
        return std::nullopt;
    }
    const std::string host(text.substr(scheme_size, colon - scheme_size));
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        return parse_six(host.substr(1, host.size() - 2), made) ? std::optional(made)
                                                                : std::nullopt;
    }
    if (parse_four(host, made)) {
        return made;
    }
    made.address = {};
    made.host = host;
    return is_name(host) ? std::optional(made) : std::nullopt;
}

std::string text_of(const stream_address& address, transport by) {
    if (address.family() == AF_UNIX || address.size == 0) {
        sockaddr_un local{};
        std::memcpy(&local, &address.bytes, std::min<std::size_t>(address.size, sizeof local));
        const std::size_t named = offsetof(sockaddr_un, sun_path);
        const std::size_t longest = address.size > named ? address.size - named : 0;
        return "unix://" + std::string(local.sun_path, ::strnlen(local.sun_path, longest));
    }
    const std::string scheme = by == transport::udp ? "udp://" : "tcp://";
    std::array<char, INET6_ADDRSTRLEN> host{};
    if (address.family() == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address.bytes, sizeof four);
        ::inet_ntop(AF_INET, &four.sin_addr, host.data(), host.size());
        return scheme + host.data() + ":" + std::to_string(ntohs(four.sin_port));
    }
    sockaddr_in6 six{};
    std::memcpy(&six, &address.bytes, sizeof six);
    ::inet_ntop(AF_INET6, &six.sin6_addr, host.data(), host.size());
    return scheme + "[" + host.data() + "]:" + std::to_string(ntohs(six.sin6_port));
}

tactus_address plugin_address(const stream_address& address) noexcept {
    tactus_address made{};
    const int family = address.family();
    made.size = family == AF_INET    ? sizeof(sockaddr_in)
                : family == AF_INET6 ? sizeof(sockaddr_in6)
                : family == AF_UNIX  ? offsetof(sockaddr_un, sun_path)
                                     : 0;
    std::memcpy(made.bytes, &address.bytes, made.size);
    return made;
}

void write_text(std::string_view text, tactus_endpoint_text& into) noexcept {
    into = {};
    std::memcpy(into.text, text.data(), std::min(text.size(), sizeof into.text - 1));
}

} // namespace tactus::host
