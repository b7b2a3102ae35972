// SPDX-License-Identifier: MIT
// Takes connections off a listening descriptor, one for each that is wanted. A connection for which
// there is no room is accepted and closed at once, so that the peer is notified. If the process has
// no descriptor left, a reserved one is used to do the same; if even that fails, accepting pauses.
// So nothing spins, as libuv's own accepting does in that case (1.44.2, forever).
// listening_fd_linux.cpp. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"

#include <cstdint>
#include <span>

namespace tactus::coro {

// Receives the connections that a listening_fd accepts. Threads: loop.
class fd_taker {
public:
    fd_taker() = default;
    fd_taker(const fd_taker&) = delete;
    fd_taker& operator=(const fd_taker&) = delete;
    virtual ~fd_taker() = default;

    [[nodiscard]] virtual bool has_room() const noexcept = 0;
    // Owns fd from now on: non-blocking, closed by exec. May end the listening_fd. `peer`: the
    // sockaddr from accept, which is right even if the connection is already over; valid during the
    // call.
    virtual void take(int fd, std::span<const std::uint8_t> peer) noexcept = 0;
    virtual void shed() noexcept = 0; // a connection was closed at once
    // The process has no descriptor left: the operator should be informed.
    virtual void out_of_descriptors() noexcept = 0;
};

class listening_fd {
public:
    static constexpr int shed_a_turn_max = 16;
    static constexpr std::int64_t pause_ns = 100'000'000; // if even the reserve does not help

    // Owns: fd, which does not block. Both references must outlive it.
    listening_fd(reactor& reactor, fd_taker& taker, int fd) noexcept;
    listening_fd(const listening_fd&) = delete;
    listening_fd& operator=(const listening_fd&) = delete;
    ~listening_fd();

    [[nodiscard]] int fd() const noexcept { return watch_.fd; }

    // Passes the next connection to the taker, never inside this call. Idempotent.
    void want() noexcept;
    void want_no_more() noexcept { is_wanted_ = false; }

private:
    void on_ready() noexcept;
    [[nodiscard]] bool shed_by_reserve() noexcept;
    void pause() noexcept;
    void resume() noexcept;
    void wait() noexcept;

    reactor& reactor_;
    fd_taker& taker_;
    fd_watch watch_;
    timer pause_;
    bool is_wanted_ = false;
    int reserve_ = -1; // closed to make a descriptor available
};

} // namespace tactus::coro
