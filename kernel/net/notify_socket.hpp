// SPDX-License-Identifier: MIT
// The datagram socket by which a service tells systemd how it is. Our own, since libsystemd sends
// with a call that blocks. notify_socket_linux.cpp. Threads: one.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/net/stream_address.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::net {

enum class notified : std::uint8_t {
    taken,
    full, // the manager does not read at the moment
    gone, // nobody is there, or the system refuses: see errno
};

// A line for systemctl, "STATUS=..." with its line end. systemd 252 drops single backslashes.
[[nodiscard]] std::string status_assignment(std::string_view text);

class notify_socket {
public:
    // `address` as in $NOTIFY_SOCKET: "/path", or "@name" in the abstract namespace. Nobody need
    // be there yet. Errors: invalid (it is neither, or too long), io (no descriptor).
    [[nodiscard]] static result<notify_socket> open(std::string_view address);
    notify_socket(notify_socket&& from) noexcept;
    notify_socket& operator=(notify_socket&&) = delete;
    notify_socket(const notify_socket&) = delete;
    notify_socket& operator=(const notify_socket&) = delete;
    ~notify_socket();

    // Lines like "READY=1", in one datagram. Blocks: no.
    [[nodiscard]] notified send(std::string_view lines) noexcept;

private:
    notify_socket(int fd, const stream_address& to) noexcept : fd_(fd), to_(to) {}

    int fd_;
    stream_address to_; // looked up for each: the manager may have been started anew
};

} // namespace tactus::net
