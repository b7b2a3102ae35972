// SPDX-License-Identifier: MIT
#include "kernel/control/client.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tactus::control {
namespace {

std::int64_t now_ns() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// In any locale.
std::string seconds_text(std::int64_t ns) {
    const std::string ms = std::to_string(ns / 1'000'000);
    return ms.size() < 4 ? "0" : ms.substr(0, ms.size() - 3) + "." + ms.substr(ms.size() - 3);
}

unexpected<error> cannot_connect(const std::string& path, int failure) {
    if (failure == ENOENT || failure == ECONNREFUSED) {
        return fail(error_kind::not_found, "No daemon listens at " + path +
                                               ". Is it running? Start it with: tactus run FILE");
    }
    std::string text = "The socket " + path + " cannot be used: " + std::strerror(failure) + ".";
    if (failure == EACCES || failure == EPERM) {
        text += " Use sudo, or join the group that [control] names in the daemon's configuration.";
    }
    return fail(error_kind::io, text);
}

} // namespace

result<client> client::connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return fail(error_kind::io, "The path " + path + " is too long for a socket.");
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    client made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (made.fd_ < 0 ||
        ::connect(made.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return cannot_connect(path, errno);
    }
    return made;
}

client::client(client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), last_id_(other.last_id_),
      received_(std::move(other.received_)), begin_(other.begin_) {}

client::~client() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

result<void> client::send(std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return fail(error_kind::closed, "The daemon closed the connection.");
        }
        bytes.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
    }
    return {};
}

result<std::string> client::receive_line(std::int64_t limit_ns) {
    const std::int64_t deadline_ns = now_ns() + limit_ns;
    for (;;) {
        if (const std::size_t end = received_.find('\n', begin_); end != std::string::npos) {
            std::string line = received_.substr(begin_, end - begin_);
            begin_ = end + 1;
            return line;
        }
        received_.erase(0, std::exchange(begin_, 0));
        const std::int64_t left_ns = deadline_ns - now_ns();
        pollfd readable{fd_, POLLIN, 0};
        if (left_ns <= 0 || ::poll(&readable, 1, static_cast<int>(left_ns / 1'000'000) + 1) == 0) {
            return fail(error_kind::limit,
                        "The daemon did not answer in time. Its loop may be held up; see its log.");
        }
        char chunk[16'384];
        const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return fail(error_kind::closed, "The daemon closed the connection.");
        }
        received_.append(chunk, got < 0 ? 0 : static_cast<std::size_t>(got));
    }
}

result<std::string, rpc_error> client::call(std::string_view method, std::string_view params_json,
                                            std::int64_t limit_ns) {
    const std::string id = std::to_string(++last_id_);
    std::string line = "{\"jsonrpc\":\"2.0\",\"method\":\"" + std::string(method) + "\",";
    if (!params_json.empty()) {
        line.append("\"params\":").append(params_json).append(",");
    }
    line += "\"expires\":" + seconds_text(now_ns() + limit_ns) + ",";
    line += "\"id\":" + id + "}\n";
    if (const result<void> sent = send(line); !sent) {
        return unexpected<rpc_error>({rpc_code::no_answer, sent.error().text});
    }
    const result<std::string> answer = receive_line(limit_ns);
    if (!answer) {
        return unexpected<rpc_error>({rpc_code::no_answer, answer.error().text});
    }
    return read_response(*answer);
}

} // namespace tactus::control
