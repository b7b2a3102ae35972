// SPDX-License-Identifier: MIT
// TCP for tasks of the kernel, IPv4 and IPv6: coro::acceptor and coro::byte_stream over the
// listener and the sockets that plugins use through "tactus.stream/0".
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/coro/stream.hpp"

#include <memory>
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

} // namespace tactus::net
