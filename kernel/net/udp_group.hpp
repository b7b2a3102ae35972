// SPDX-License-Identifier: MIT
// Keeps a socket in its multicast group. The system drops a membership with its interface, and does
// not rejoin when the interface comes back. So interface changes are watched, and if the membership
// is lost the socket is opened anew. Nothing wakes up while nothing changes. udp_group_linux.cpp.
// Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/net/udp_options.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tactus::net {

class udp_group {
public:
    // Both are called on the loop, outside the plugin's calls.
    struct listener {
        std::function<void(std::string_view)> warn;
        std::function<void(int fd)> replaced; // by this one, which the owner now owns
    };

    // `socket` is what open_udp made of `options`. If the system gives no descriptor for the watch,
    // the group is not kept and a warning is logged.
    udp_group(coro::reactor& reactor, const opened_udp& socket, const udp_options& options,
              listener by);
    udp_group(const udp_group&) = delete;
    udp_group& operator=(const udp_group&) = delete;
    ~udp_group();

private:
    void on_ready() noexcept;
    void look();
    [[nodiscard]] udp_options options() const noexcept;

    coro::reactor& reactor_;
    listener listener_;
    coro::fd_watch watch_;
    opened_udp socket_; // borrowed
    std::string local_;
    std::string remote_;
    std::string device_;
    std::uint32_t hops_;
    bool is_away_ = false; // and that was logged
};

} // namespace tactus::net
