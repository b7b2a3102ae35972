// SPDX-License-Identifier: MIT
// One connection of "tactus.stream/0", or a descriptor that a plugin reads through it:
// non-blocking, on descriptor waits. It never moves. After the connection is gone it stays,
// returning CLOSED, until the plugin closes it. Uses system calls rather than libuv's TCP: writes
// directly from the plugin's memory, a bounded buffer, and one class for TCP, unix sockets and
// pipes. stream_socket_linux.cpp, stream_write_linux.cpp. Threads: loop.
#pragma once

#include "kernel/base/connection_counts.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/net/idle_timer.hpp"
#include "kernel/net/operations.hpp"
#include "kernel/net/send_buffer.hpp"
#include "kernel/net/stream_address.hpp"
#include "kernel/net/stream_limits.hpp"

#include <tactus/iface/stream.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tactus::net {

class stream_socket {
public:
    enum class kind : std::uint8_t { connection, adopted };

    // The parts of a socket. fd is owned if it is a connection.
    struct descriptor {
        int fd;
        kind is;
        stream_address peer; // of a connection
    };

    // A connection is counted as open in `counts`, which must outlive it.
    stream_socket(coro::reactor& reactor, const descriptor& with, const stream_limits& limits,
                  base::connection_counts& counts);
    stream_socket(const stream_socket&) = delete;
    stream_socket& operator=(const stream_socket&) = delete;
    ~stream_socket(); // pending ops end as cancelled

    // See the interface. TACTUS_PENDING: `op` ends later. Otherwise it has not begun.
    [[nodiscard]] tactus_status start_read(operation& op, std::uint8_t* bytes,
                                           std::uint32_t capacity, std::int64_t deadline_ns);
    [[nodiscard]] tactus_status start_write(operation& op, const std::uint8_t* bytes,
                                            std::uint32_t size, std::int64_t deadline_ns);
    [[nodiscard]] tactus_status start_writable(operation& op, std::int64_t deadline_ns);
    [[nodiscard]] tactus_status start_shutdown(operation& op, std::int64_t deadline_ns);
    [[nodiscard]] tactus_status start_ended(operation& op);
    tactus_status send(const tactus_chunk* chunks, std::uint32_t n, std::uint32_t& sent);
    void abort(operation& op) noexcept;

    [[nodiscard]] bool local(stream_address& address) const noexcept;
    [[nodiscard]] const stream_address& peer() const noexcept { return peer_; }
    [[nodiscard]] std::uint32_t peer_user() const noexcept { return uid_; }
    // See byte_stream.
    [[nodiscard]] int duplicate() const noexcept;

private:
    using span = std::span<const std::uint8_t>;
    // The reasons for which an op waits; one op at a time for each.
    enum class wait : std::uint8_t { bytes, written, room, shut, ended };

    void set_up() noexcept;
    [[nodiscard]] operation*& waiting(wait what) noexcept {
        return waiting_[static_cast<std::size_t>(what)];
    }
    [[nodiscard]] bool has(wait what) const noexcept {
        return waiting_[static_cast<std::size_t>(what)] != nullptr;
    }
    [[nodiscard]] bool can_write() const noexcept;
    void begin(wait what, operation& op, std::int64_t deadline_ns) noexcept;
    void end(wait what, tactus_status status) noexcept;
    void end_all(tactus_status status) noexcept;
    void on_ready(std::uint32_t events) noexcept;
    void read_now() noexcept;
    // How many bytes the system took; negative: the connection is gone.
    [[nodiscard]] std::int64_t put(span what) noexcept;
    [[nodiscard]] bool put_chunks(const tactus_chunk* chunks, std::uint32_t n, std::uint32_t& sent);
    void keep(span rest);
    void flush() noexcept;
    void renew_watch() noexcept;
    void gone() noexcept;
    void was_idle() noexcept;

    coro::reactor& reactor_;
    const stream_limits limits_;
    base::connection_counts& counts_;
    const kind kind_;
    int fd_; // -1: gone
    coro::fd_watch watch_;
    coro::timer readable_; // in place of the watch, for unwatchable descriptors
    idle_timer idle_;
    bool cannot_be_watched_ = false;
    bool is_torn_ = false; // a write was cut short
    bool is_shut_ = false; // nothing more is written

    std::array<operation*, 5> waiting_{}; // by wait
    std::span<std::uint8_t> into_;        // of wait::bytes; the plugin's memory
    span from_;                           // of wait::written: what is left of it; likewise
    send_buffer buffer_;                  // accepted by send

    const stream_address peer_;
    std::uint32_t uid_ = 0xffffffff;
};

} // namespace tactus::net
