// SPDX-License-Identifier: MIT
// The sockets of one instance, by id: datagram sockets, streams and listeners share one sequence of
// ids. Threads: loop.
#pragma once

#include "kernel/base/connection_counts.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/net/stream_limits.hpp"

#include <tactus/abi.h>

#include <functional>
#include <memory>
#include <unordered_map>

namespace tactus::net {
class udp_socket;
class stream_set;
} // namespace tactus::net

namespace tactus::host {

class instance_sockets {
public:
    // The reactor must outlive it. `refused` logs why a connection was refused.
    instance_sockets(coro::reactor& reactor, const net::stream_limits& limits,
                     std::function<void(const char*)> refused);
    instance_sockets(const instance_sockets&) = delete;
    instance_sockets& operator=(const instance_sockets&) = delete;
    ~instance_sockets();

    [[nodiscard]] tactus_id add(std::unique_ptr<net::udp_socket> opened);
    // Returns nullptr if there is no such socket.
    [[nodiscard]] net::udp_socket* find_udp(tactus_id id) const noexcept;
    [[nodiscard]] bool close_udp(tactus_id id) noexcept;
    [[nodiscard]] net::stream_set& streams() noexcept { return *streams_; }
    [[nodiscard]] const base::connection_counts& connections() const noexcept;
    void close_all() noexcept; // pending ops end as cancelled

private:
    tactus_id last_ = 0;
    std::unordered_map<tactus_id, std::unique_ptr<net::udp_socket>> udp_;
    std::unique_ptr<net::stream_set> streams_;
};

} // namespace tactus::host
