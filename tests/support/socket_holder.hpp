// SPDX-License-Identifier: MIT
// The other half of what systemd is to a service: it holds sockets, and passes them to each daemon
// that it starts. The sockets stay while the daemon restarts.
#pragma once

#include "tests/support/process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace tactus::test {

class socket_holder {
public:
    socket_holder() = default;
    socket_holder(const socket_holder&) = delete;
    socket_holder& operator=(const socket_holder&) = delete;
    ~socket_holder() {
        for (const int fd : fds_) {
            ::close(fd);
        }
    }

    // On loopback. Returns the port.
    std::uint16_t hold(const std::string& name, int type) {
        const int fd = ::socket(AF_INET, type, 0);
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof here;
        const bool is_bound = ::bind(fd, reinterpret_cast<sockaddr*>(&here), size) == 0 &&
                              (type != SOCK_STREAM || ::listen(fd, 100) == 0);
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&here), &size);
        keep(name, fd, is_bound);
        return ntohs(here.sin_port);
    }
    void hold_path(const std::string& name, int type, const std::string& path) {
        const int fd = ::socket(AF_UNIX, type, 0);
        sockaddr_un here{};
        here.sun_family = AF_UNIX;
        path.copy(here.sun_path, sizeof here.sun_path - 1);
        const bool is_bound =
            ::bind(fd, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0 &&
            (type != SOCK_STREAM || ::listen(fd, 100) == 0);
        keep(name, fd, is_bound);
    }
    void hold_file(const std::string& name) { keep(name, ::open("/dev/null", O_RDONLY), true); }

    // The command line of a program that gets all of them. The shell knows its process in time.
    [[nodiscard]] std::vector<std::string>
    passing_to(const std::vector<std::string>& program) const {
        std::string script;
        for (std::size_t i = 0; i < fds_.size(); ++i) {
            script += "exec " + std::to_string(3 + i) + "<&" + std::to_string(fds_[i]) + "; ";
        }
        script += "export LISTEN_PID=$$ LISTEN_FDS=" + std::to_string(fds_.size()) +
                  " LISTEN_FDNAMES=" + names_ + "; exec \"$@\"";
        std::vector<std::string> words{"bash", "-c", script, "bash"};
        words.insert(words.end(), program.begin(), program.end());
        return words;
    }

private:
    // High numbers, so that they do not overlap with those of the daemon; inherited.
    void keep(const std::string& name, int fd, bool is_good) {
        const int high = ::fcntl(fd, F_DUPFD, 100);
        ::close(fd);
        if (!is_good || high < 0) {
            throw std::runtime_error("no socket for the test");
        }
        fds_.push_back(high);
        names_ += (names_.empty() ? "" : ":") + name;
    }

    std::vector<int> fds_;
    std::string names_;
};

} // namespace tactus::test
