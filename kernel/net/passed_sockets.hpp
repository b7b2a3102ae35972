// SPDX-License-Identifier: MIT
// The sockets that systemd opened and passes to this process: it holds them while the daemon
// restarts, so nothing that is sent meanwhile is lost. A configuration
// names one as "systemd://NAME"; for the rest of the daemon it is the endpoint that it is bound to,
// and each opening of that endpoint gets a duplicate. The process keeps them to its end.
//     not taken -> taken: known by name and by endpoint, and unchanged from then on
// passed_sockets_linux.cpp. Threads: take() while there is only one; the rest any.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/net/stream_address.hpp"

#include <atomic>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::net {

inline constexpr std::string_view passed_scheme = "systemd://";

class passed_sockets {
public:
    static constexpr int first_fd = 3;
    static constexpr std::size_t sockets_max = 1024;
    static constexpr std::size_t name_max = 255; // as in systemd

    // Those of this process.
    [[nodiscard]] static passed_sockets& of_process();

    passed_sockets() = default;
    passed_sockets(const passed_sockets&) = delete;
    passed_sockets& operator=(const passed_sockets&) = delete;
    ~passed_sockets(); // closes them

    // Reads LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, and removes them. The sockets no longer
    // block, and are closed by exec. Errors: invalid (the variables make no sense); the text says
    // why they are ignored. Called once.
    [[nodiscard]] result<void> take(int first = first_fd);
    [[nodiscard]] bool is_taken() const noexcept { return is_taken_; }

    // "systemd://osc" -> "udp://127.0.0.1:9100". Errors: not_found (no socket has that name; the
    // text lists those that were passed), invalid (several have it, or nothing can be received
    // there).
    [[nodiscard]] result<std::string> resolve(std::string_view text) const;
    // A duplicate of the socket of that type (SOCK_*) that is bound there; -1 if there is none or
    // the process has no descriptor left. Owner: the caller.
    [[nodiscard]] int duplicate(int type, const stream_address& at) const;
    // The names that nobody has resolved.
    [[nodiscard]] std::vector<std::string> unused() const;

private:
    struct socket {
        std::string name;
        int fd = -1;
        int type = 0;
        std::string endpoint;                      // empty: not usable
        std::string what;                          // for messages: what it is
        mutable std::atomic<bool> is_used = false; // its name was resolved; guards nothing: relaxed
    };
    void add(std::string name, int fd);
    [[nodiscard]] std::string list() const;

    bool is_taken_ = false;
    std::list<socket> all_;
};

} // namespace tactus::net
