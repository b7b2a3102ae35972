// SPDX-License-Identifier: MIT
// TCP (IPv4 and IPv6) and unix sockets for tasks of the kernel: coro::acceptor and
// coro::byte_stream over the listener and the sockets that plugins use through "tactus.stream/0".
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/coro/stream.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tactus::net {

// Listens on a literal address and port, "127.0.0.1:9464" or "[::1]:9464"; port 0 takes a free one.
// One reader and one writer of a stream at a time. A write that failed, or was cut short by its
// deadline or a stop, leaves the stream broken: part of the bytes may have been sent. Errors:
// invalid (not such an address), io (in use, not permitted, not an address of this machine); the
// text is meant for the operator. Threads: loop, or before it runs. The acceptor and its streams
// must be destroyed before the reactor, and only when no task waits for them.
[[nodiscard]] result<std::unique_ptr<coro::acceptor>> listen_tcp(coro::reactor& reactor,
                                                                 std::string_view address);

// The permissions of a unix socket's file.
struct socket_permissions {
    std::uint32_t mode = 0660;
    std::string group; // its name; empty: the process's own
};

// The same on a unix socket. A file that a dead process left there is replaced, and the file is
// removed with the acceptor. Bounds: the path is absolute. Errors: invalid (too long a path, no
// such group), limit (a process listens there), unsupported (the file cannot be had: another is
// there, or its folder takes none), io (the system is short of something).
[[nodiscard]] result<std::unique_ptr<coro::acceptor>>
listen_unix(coro::reactor& reactor, const std::string& path, const socket_permissions& with);

} // namespace tactus::net
