// SPDX-License-Identifier: MIT
#include "kernel/net/notify_socket.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tactus::net {

std::string status_assignment(std::string_view text) {
    std::string line = "STATUS=";
    for (const char each : text) {
        line.append(each == '\\' ? 2 : 1, each);
    }
    return line + "\n";
}

result<notify_socket> notify_socket::open(std::string_view address) {
    sockaddr_un to{};
    const bool is_abstract = address.starts_with('@');
    if ((!is_abstract && !address.starts_with('/')) || address.size() < 2 ||
        address.size() >= sizeof to.sun_path) {
        return fail(error_kind::invalid,
                    "\"" + std::string(address) +
                        "\" is neither an absolute path nor a name that begins with @, or it has "
                        "more than " +
                        std::to_string(sizeof to.sun_path - 1) + " bytes.");
    }
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, address.data(), address.size());
    if (is_abstract) {
        to.sun_path[0] = '\0'; // such a name ends with the address, not with a NUL
    }
    stream_address where;
    where.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    std::memcpy(&where.bytes, &to, sizeof to);
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return fail(error_kind::io, std::string(std::strerror(errno)) + ".");
    }
    return notify_socket(fd, where);
}

notify_socket::notify_socket(notify_socket&& from) noexcept
    : fd_(std::exchange(from.fd_, -1)), to_(from.to_) {}

notify_socket::~notify_socket() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

notified notify_socket::send(std::string_view lines) noexcept {
    const ssize_t sent =
        ::sendto(fd_, lines.data(), lines.size(), MSG_DONTWAIT | MSG_NOSIGNAL, to_.raw(), to_.size);
    if (sent >= 0) {
        return notified::taken;
    }
    const bool is_full =
        errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EINTR;
    return is_full ? notified::full : notified::gone;
}

} // namespace tactus::net
