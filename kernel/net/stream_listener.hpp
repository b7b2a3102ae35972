// SPDX-License-Identifier: MIT
// A listener of "tactus.stream/0": accepts one connection for each accept that waits. Connections
// beyond the limit, or when the process has no descriptor left, are accepted and closed at once:
// kernel/coro/listening_fd. stream_listener_linux.cpp. Threads: loop.
#pragma once

#include "kernel/base/connection_counts.hpp"
#include "kernel/base/result.hpp"
#include "kernel/coro/listening_fd.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/net/operations.hpp"
#include "kernel/net/stream_address.hpp"
#include "kernel/net/unix_path.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace tactus::net {

// Receives the connections that a listener accepts: the instance's stream_set.
class connection_taker {
public:
    connection_taker() = default;
    connection_taker(const connection_taker&) = delete;
    connection_taker& operator=(const connection_taker&) = delete;
    virtual ~connection_taker() = default;

    [[nodiscard]] virtual bool has_room() const noexcept = 0;
    // Owns fd from now on. `peer` is the address from accept, which is right even if the connection
    // is already over; a later query would fail. Returns the stream's id.
    virtual tactus_id take(int fd, const stream_address& peer) = 0;
    virtual void refused(base::refused why) noexcept = 0;
    // The process has no descriptor left: the operator should be informed.
    virtual void out_of_descriptors() noexcept = 0;
};

class stream_listener final : private coro::fd_taker {
public:
    static constexpr int backlog = 256;

    // `mode`: of a unix socket's file. Errors: io, with the reason and the system's errno.
    [[nodiscard]] static result<std::unique_ptr<stream_listener>> open(coro::reactor& reactor,
                                                                       connection_taker& taker,
                                                                       const stream_address& at,
                                                                       std::uint32_t mode);
    stream_listener(const stream_listener&) = delete;
    stream_listener& operator=(const stream_listener&) = delete;
    ~stream_listener() override; // a pending accept ends as cancelled

    // Returns false if one is pending.
    [[nodiscard]] bool start_accept(operation& op) noexcept;
    void abort(operation& op) noexcept;
    [[nodiscard]] bool local(stream_address& address) const noexcept;

private:
    stream_listener(coro::reactor& reactor, connection_taker& taker, int fd) noexcept;

    // coro::fd_taker
    [[nodiscard]] bool has_room() const noexcept override;
    void take(int fd, std::span<const std::uint8_t> peer) noexcept override;
    void shed() noexcept override;
    void out_of_descriptors() noexcept override;

    connection_taker& taker_;
    operation* accepting_ = nullptr;
    unix_path file_; // of a unix socket
    coro::listening_fd listening_;
};

} // namespace tactus::net
