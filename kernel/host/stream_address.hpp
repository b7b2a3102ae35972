// SPDX-License-Identifier: MIT
// Endpoints of "tactus.stream/0" as text and as the system's addresses. Looks no name up: that is
// name_lookup.hpp.
#pragma once

#include <tactus/iface/stream.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace tactus::host {

struct stream_address {
    sockaddr_storage bytes{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* raw() const noexcept {
        return reinterpret_cast<const sockaddr*>(&bytes);
    }
    [[nodiscard]] sockaddr* raw() noexcept { return reinterpret_cast<sockaddr*>(&bytes); }
    [[nodiscard]] int family() const noexcept { return bytes.ss_family; }
};

enum class transport : std::uint8_t { tcp, udp, unix_stream };

// A parsed endpoint: an address, or a name that must be looked up first.
struct stream_endpoint {
    transport by = transport::tcp;
    std::string host; // a name; empty where `address` is known
    std::uint16_t port = 0;
    stream_address address;

    [[nodiscard]] bool needs_lookup() const noexcept { return !host.empty(); }
};

// "tcp://127.0.0.1:9", "tcp://[::1]:9", "tcp://name:9", "udp://...", "unix:///path"; nothing where
// it is none, or the path is longer than the system takes.
[[nodiscard]] std::optional<stream_endpoint> parse_stream_endpoint(std::string_view text);

// The way back: "tcp://127.0.0.1:9", "unix:///path", "unix://" for an end without a path.
[[nodiscard]] std::string text_of(const stream_address& address, transport by = transport::tcp);
// As plugins see it: that of a unix socket is its family alone; size 0 where it is not known.
[[nodiscard]] tactus_address plugin_address(const stream_address& address) noexcept;
// Cut where it does not fit, which no address of these is.
void write_text(std::string_view text, tactus_endpoint_text& into) noexcept;

} // namespace tactus::host
