// SPDX-License-Identifier: MIT
// A byte stream and its acceptor, as coroutines see them: kernel/net implements them on TCP, tests
// in memory. Threads: loop.
#pragma once

#include "kernel/base/result.hpp"

#include <tactus/cpp/task.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace tactus::coro {

class byte_stream {
public:
    byte_stream() = default;
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;
    virtual ~byte_stream() = default; // closes

    // Returns the bytes read, 0 at the end of the stream; `into` must outlive the wait. Both
    // functions wait until deadline_ns on the host clock at the longest. Errors: closed (reset by
    // the peer), limit (deadline passed). Throws canceled when the awaiting task is asked to stop.
    [[nodiscard]] virtual tactus::task<result<std::size_t>> read(std::span<char> into,
                                                                 std::int64_t deadline_ns) = 0;
    // Writes all of it.
    [[nodiscard]] virtual tactus::task<result<void>> write(std::string bytes,
                                                           std::int64_t deadline_ns) = 0;
    // The uid of the process at the other end of a unix socket when it connected; ~0: unknown.
    [[nodiscard]] virtual std::uint32_t peer_user() const noexcept { return 0xffffffff; }
    // Another descriptor of the same connection, for a thread that writes to it by itself. The
    // caller owns it. -1: there is none.
    [[nodiscard]] virtual int duplicate() const noexcept { return -1; }
};

class acceptor {
public:
    acceptor() = default;
    acceptor(const acceptor&) = delete;
    acceptor& operator=(const acceptor&) = delete;
    virtual ~acceptor() = default; // closes

    // The next connection. Throws canceled when the awaiting task is asked to stop.
    [[nodiscard]] virtual tactus::task<result<std::unique_ptr<byte_stream>>> accept() = 0;

    // Where it listens, "127.0.0.1:9464"; the port is the real one if 0 was requested.
    [[nodiscard]] virtual std::string address() const = 0;
};

} // namespace tactus::coro
