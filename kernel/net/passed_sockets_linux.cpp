// SPDX-License-Identifier: MIT
#include "kernel/net/passed_sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tactus::net {
namespace {

std::string take_variable(const char* name) {
    const char* const set = std::getenv(name);
    std::string text = set == nullptr ? "" : set;
    ::unsetenv(name);
    return text;
}

bool parse(std::string_view digits, long& into) noexcept {
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
}

int option_of(int fd, int name) noexcept {
    int value = -1;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

bool has_path(const stream_address& at) noexcept {
    return at.size > offsetof(sockaddr_un, sun_path) &&
           reinterpret_cast<const sockaddr_un&>(at.bytes).sun_path[0] == '/';
}

std::string endpoint_of(int type, const stream_address& at) {
    return text_of(at, type == SOCK_DGRAM ? transport::udp : transport::tcp);
}

// Why nothing can be received there; empty if something can.
std::string fault_of(int fd, int type, const stream_address& at) {
    if (type < 0) {
        return "no socket";
    }
    if (type != SOCK_DGRAM && type != SOCK_STREAM) {
        return "a socket of a kind that tactus cannot use; expected ListenDatagram= or "
               "ListenStream=";
    }
    if (type == SOCK_STREAM && option_of(fd, SO_ACCEPTCONN) != 1) {
        return "a connection, since its unit has Accept=yes; expected Accept=no";
    }
    if (at.family() == AF_UNIX && !has_path(at)) {
        return "a unix socket without a path; expected one with a path";
    }
    const bool is_known =
        at.family() == AF_UNIX || at.family() == AF_INET || at.family() == AF_INET6;
    return is_known ? "" : "a socket of a family that tactus does not know";
}

} // namespace

passed_sockets& passed_sockets::of_process() {
    static passed_sockets those;
    return those;
}

passed_sockets::~passed_sockets() {
    for (const socket& each : all_) {
        ::close(each.fd);
    }
}

result<void> passed_sockets::take(int first) {
    is_taken_ = true;
    const std::string process = take_variable("LISTEN_PID");
    const std::string count = take_variable("LISTEN_FDS");
    const std::string names = take_variable("LISTEN_FDNAMES");
    long number = 0;
    if (count.empty() || !parse(process, number) || number != ::getpid()) {
        return {}; // nothing was passed, or to a process that was started in between
    }
    if (!parse(count, number) || number < 0 || number > static_cast<long>(sockets_max)) {
        return fail(error_kind::invalid, "LISTEN_FDS is ignored: it is not a number from 0 to " +
                                             std::to_string(sockets_max) + ".");
    }
    std::string_view rest = names;
    for (int fd = first; fd < first + number; ++fd) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        const std::string_view name = rest.substr(0, std::min(end, name_max));
        add(std::string(name.empty() ? "unknown" : name), fd); // as systemd calls it
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

void passed_sockets::add(std::string name, int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags >= 0) {
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    }
    stream_address at;
    at.size = sizeof at.bytes;
    const int type = option_of(fd, SO_TYPE);
    if (type < 0 || ::getsockname(fd, at.raw(), &at.size) != 0) {
        at = {};
    }
    socket& made = all_.emplace_back();
    made.name = std::move(name);
    made.fd = fd;
    made.type = type;
    made.what = fault_of(fd, type, at);
    if (made.what.empty()) {
        made.endpoint = endpoint_of(type, at);
        made.what = made.endpoint;
    }
}

result<std::string> passed_sockets::resolve(std::string_view text) const {
    const std::string_view name = text.substr(passed_scheme.size());
    const socket* found = nullptr;
    for (const socket& each : all_) {
        if (each.name != name) {
            continue;
        }
        each.is_used.store(true, std::memory_order_relaxed);
        if (found != nullptr) {
            return fail(error_kind::invalid, "systemd passed several sockets with the name \"" +
                                                 std::string(name) + "\":" + list());
        }
        found = &each;
    }
    if (found == nullptr) {
        return fail(error_kind::not_found, all_.empty()
                                               ? "systemd passed no sockets"
                                               : "systemd passed no socket with the name \"" +
                                                     std::string(name) + "\", but:" + list());
    }
    if (found->endpoint.empty()) {
        return fail(error_kind::invalid, "what systemd passed with the name \"" +
                                             std::string(name) + "\" is " + found->what);
    }
    return found->endpoint;
}

int passed_sockets::duplicate(int type, const stream_address& at) const {
    const std::string wanted = all_.empty() ? "" : endpoint_of(type, at);
    for (const socket& each : all_) {
        if (each.type == type && !wanted.empty() && each.endpoint == wanted) {
            return ::fcntl(each.fd, F_DUPFD_CLOEXEC, 0);
        }
    }
    return -1;
}

std::vector<std::string> passed_sockets::unused() const {
    std::vector<std::string> names;
    for (const socket& each : all_) {
        if (!each.is_used.load(std::memory_order_relaxed)) {
            names.push_back(each.name);
        }
    }
    return names;
}

std::string passed_sockets::list() const {
    std::string text;
    for (const socket& each : all_) {
        text += (text.empty() ? " \"" : ", \"") + each.name + "\" (" + each.what + ")";
    }
    return text;
}

} // namespace tactus::net
