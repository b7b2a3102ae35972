// SPDX-License-Identifier: MIT
// Tries to bind a socket, without keeping it.
#include "kernel/daemon/checks/environment_check.hpp"

#include "kernel/config/text.hpp"
#include "kernel/net/stream_address.hpp"

#include <tactus/cpp/endpoint_parts.hpp>

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace tactus::daemon {
namespace {

class socket_fd {
public:
    socket_fd(int family, int type) noexcept : fd_(::socket(family, type | SOCK_CLOEXEC, 0)) {}
    socket_fd(const socket_fd&) = delete;
    socket_fd& operator=(const socket_fd&) = delete;
    ~socket_fd() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    [[nodiscard]] int get() const noexcept { return fd_; }
    void set(int level, int option) const noexcept {
        const int on = 1;
        ::setsockopt(fd_, level, option, &on, sizeof on);
    }

private:
    int fd_;
};

obstacle obstacle_of(int error) {
    switch (error) {
    case 0:
        return {};
    case EADDRINUSE:
        return {"is already used by another program", true, true};
    case EADDRNOTAVAIL:
        return {"is not an address of this machine now"};
    case EACCES:
        return {"is not permitted to this user: ports below 1024 need privileges"};
    default:
        return {std::string("cannot be listened on now: ") + std::strerror(error)};
    }
}

obstacle try_interface(const std::string& host) {
    const std::string zone(detail::split_zone(host).zone);
    return {"is on a network interface that does not exist now: " + config::quoted(zone) +
            " (\"ip link\" lists them)"};
}

// A recently closed TCP port can be listened on again, as the daemon does.
obstacle try_network(const config::endpoint& where) {
    const int type = where.scheme == "udp" ? SOCK_DGRAM : SOCK_STREAM;
    const result<net::stream_address> at = net::parse_numeric_host(where.host, where.port);
    if (!at) {
        const bool is_name = at.error().kind == error_kind::invalid; // the daemon resolves it
        return is_name ? obstacle() : try_interface(where.host);
    }
    if (config::is_multicast(where.host)) {
        return {};
    }
    const socket_fd probe(at->family(), type);
    if (probe.get() < 0) {
        return obstacle_of(errno);
    }
    if (type == SOCK_STREAM) {
        probe.set(SOL_SOCKET, SO_REUSEADDR);
    }
    if (at->family() == AF_INET6) {
        net::hear_both(probe.get(), *at);
    }
    int error = ::bind(probe.get(), at->raw(), at->size) == 0 ? 0 : errno;
    if (error == 0 && type == SOCK_STREAM && ::listen(probe.get(), 1) != 0) { // two may be bound
        error = errno;
    }
    return obstacle_of(error);
}

// Probes for a listener on a path with the other kind of socket, which the listener does not
// notice: EPROTOTYPE means that there is one, ECONNREFUSED that the file was left behind.
obstacle try_unix(const config::endpoint& where) {
    const std::string folder = where.path.substr(0, where.path.rfind('/') + 1);
    struct stat seen {};
    if (::stat(folder.c_str(), &seen) != 0) {
        return {"is in a folder that does not exist now: " + folder};
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        return {"is in a folder that this user cannot write to: " + folder};
    }
    if (::lstat(where.path.c_str(), &seen) != 0) {
        return {};
    }
    if (S_ISDIR(seen.st_mode)) {
        return {"is a folder", true};
    }
    if (!S_ISSOCK(seen.st_mode)) {
        return {"is a file that is not a socket", true};
    }
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (where.path.size() >= sizeof to.sun_path) {
        return {}; // reported by the configuration check
    }
    std::memcpy(to.sun_path, where.path.data(), where.path.size());
    const bool is_datagram = where.scheme == "unixgram";
    const socket_fd probe(AF_UNIX, is_datagram ? SOCK_STREAM : SOCK_DGRAM);
    const int failed = ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    const bool is_alive = failed == 0 || errno == EPROTOTYPE;
    return obstacle_of(is_alive ? EADDRINUSE : 0);
}

} // namespace

obstacle find_obstacle(const config::endpoint& where) {
    if (!where.path.empty()) {
        return try_unix(where);
    }
    return where.port == 0 && !detail::split_zone(where.host).has_zone ? obstacle()
                                                                       : try_network(where);
}

} // namespace tactus::daemon
