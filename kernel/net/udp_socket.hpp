// SPDX-License-Identifier: MIT
// One UDP socket of an instance: non-blocking, in batches, on the loop. Uses system calls rather
// than uv_udp_t: recvmmsg into the plugin's own buffers, connected sockets, segments (udp_sender),
// and the system's own count of dropped datagrams. udp_socket_linux.cpp. Threads: loop.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/net/operations.hpp"
#include "kernel/net/udp_group.hpp"
#include "kernel/net/udp_sender.hpp"

#include "kernel/net/udp_options.hpp"

#include <tactus/iface/udp.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include <sys/socket.h>

namespace tactus::net {

class udp_socket {
public:
    static constexpr std::uint32_t batch_max = 64;
    // Limits on receiving without a check of what is due: above bytes_at_once no further datagrams
    // are taken; if more may be waiting, they are taken `piece` at a time.
    static constexpr std::size_t bytes_at_once = std::size_t{64} << 10;
    static constexpr std::uint32_t piece = 8;
    // Datagrams of this size on average are taken one by one. A bundle of hundreds of messages is
    // one; each may take tens of microseconds to route.
    static constexpr std::size_t large_bytes = std::size_t{8} << 10;
    static constexpr int buffer_bytes = 4 << 20; // requested; the system grants what it allows

    // Errors: io, with the reason.
    [[nodiscard]] static result<std::unique_ptr<udp_socket>>
    open(coro::reactor& reactor, const tactus_address* local, const tactus_address* remote);
    // `warn` logs a sentence about a multicast group that was lost or joined again.
    [[nodiscard]] static result<std::unique_ptr<udp_socket>>
    open(coro::reactor& reactor, const udp_options& options,
         std::function<void(std::string_view)> warn);
    udp_socket(const udp_socket&) = delete;
    udp_socket& operator=(const udp_socket&) = delete;
    ~udp_socket(); // pending ops end as cancelled

    [[nodiscard]] bool local(tactus_address& address) const noexcept;
    // At most one of each at a time; returns false if one is pending.
    [[nodiscard]] bool start_receive(operation& op, tactus_datagram* datagrams,
                                     std::uint32_t n) noexcept;
    [[nodiscard]] bool start_writable(operation& op) noexcept;
    void abort(operation& op) noexcept;

    // See tactus.udp/0 send; `failure` is errno if TACTUS_E_IO is returned.
    tactus_status send(const tactus_datagram* datagrams, std::uint32_t n, std::uint32_t& sent,
                       int& failure) noexcept {
        return sender_.send(watch_.fd, datagrams, n, sent, failure);
    }
    // Asks the system for the count, which is exact at that moment.
    [[nodiscard]] std::uint64_t overflows() noexcept;

private:
    udp_socket(coro::reactor& reactor, int fd) noexcept;

    void tune() noexcept;
    void replace(int fd) noexcept;
    void renew_watch() noexcept;
    void on_ready(std::uint32_t events) noexcept;
    int receive() noexcept;
    int receive_pieces() noexcept;
    [[nodiscard]] bool holds_little() const noexcept;

    coro::reactor& reactor_;
    std::unique_ptr<unix_path> file_;
    std::unique_ptr<udp_group> group_;
    bool is_unix_ = false;
    coro::fd_watch watch_;
    udp_sender sender_;
    operation* receiving_ = nullptr;
    tactus_datagram* datagrams_ = nullptr;
    std::array<mmsghdr, batch_max> headers_{}; // of a receive; most of it never changes
    std::array<iovec, batch_max> parts_;
    std::uint32_t capacity_ = 0;
    bool are_large_ = false; // those of the last receive
    operation* waiting_ = nullptr; // for writable
    std::uint64_t overflows_ = 0;
    std::uint32_t overflows_seen_ = 0; // the system's 32-bit count
};

} // namespace tactus::net
