// SPDX-License-Identifier: MIT
#include "kernel/net/unix_path.hpp"

#include <tactus/cpp/endpoint_parts.hpp>

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tactus::net {
namespace {

// A file left behind by a killed process.
bool is_stale(const stream_address& at, const char* path, int type) noexcept {
    struct stat file {};
    if (::lstat(path, &file) != 0 || !S_ISSOCK(file.st_mode)) {
        return false;
    }
    const int probe = ::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const bool is_refused =
        probe >= 0 && ::connect(probe, at.raw(), at.size) != 0 && errno == ECONNREFUSED;
    if (probe >= 0) {
        ::close(probe);
    }
    return is_refused;
}

const char* advice_where_taken(const stream_address& at, const std::string& text) {
    if (at.family() != AF_UNIX) {
        return " Another program has this port (\"ss -lntup\" says which); choose another.";
    }
    struct stat file {};
    const std::string path(detail::split_scheme(text).rest);
    const bool is_there = ::lstat(path.c_str(), &file) == 0;
    if (is_there && S_ISDIR(file.st_mode)) {
        return " A folder is there; remove it, or choose another path.";
    }
    return is_there && !S_ISSOCK(file.st_mode)
               ? " A file that is not a socket is there; remove it, or choose another path."
               : " Another program listens there; choose another path.";
}

} // namespace

unexpected<error> cannot_listen(const stream_address& at, const std::string& text) {
    const int failure = errno;
    const char* advice = "";
    if (failure == EADDRINUSE) {
        advice = advice_where_taken(at, text);
    } else if (failure == EACCES && at.family() != AF_UNIX) {
        advice = " Ports below 1024 are for privileged programs; choose a higher one.";
    } else if (failure == EADDRNOTAVAIL) {
        advice = " No network interface of this machine has this address (\"ip addr\" lists them).";
    } else if (failure == ENOENT) {
        advice = " Its folder does not exist.";
    }
    return fail(error_kind::io,
                text + " cannot be listened on: " + std::strerror(failure) + "." + advice);
}

unix_path::~unix_path() {
    struct stat file {};
    if (!path_.empty() && ::lstat(path_.c_str(), &file) == 0 && file.st_dev == device_ &&
        file.st_ino == inode_) { // another program may have put its file there
        ::unlink(path_.c_str());
    }
}

// A stream's peers cannot connect before it listens, so this is when to set the permissions.
result<void> unix_path::bind(int fd, const stream_address& at, int type, std::uint32_t mode) {
    const std::string text = text_of(at, type == SOCK_DGRAM ? transport::udp : transport::tcp);
    const std::string path(detail::split_scheme(text).rest);
    if (::bind(fd, at.raw(), at.size) != 0) {
        if (errno != EADDRINUSE) {
            return cannot_listen(at, text);
        }
        if (!is_stale(at, path.c_str(), type)) {
            errno = EADDRINUSE;
            return cannot_listen(at, text);
        }
        ::unlink(path.c_str());
        if (::bind(fd, at.raw(), at.size) != 0) {
            return cannot_listen(at, text);
        }
    }
    struct stat file {};
    if (::lstat(path.c_str(), &file) != 0) {
        return cannot_listen(at, text);
    }
    path_ = path;
    device_ = file.st_dev;
    inode_ = file.st_ino;
    if (::chmod(path.c_str(), mode == 0 ? mode_default : mode) != 0) {
        return cannot_listen(at, text);
    }
    return {};
}

} // namespace tactus::net
