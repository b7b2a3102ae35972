// SPDX-License-Identifier: MIT
// TCP on the loop, IPv4 and IPv6, behind coro::acceptor and coro::byte_stream. Closing is
// asynchronous in libuv: the memory of a handle belongs to a node of its own, which ends in the
// close callback, while its owner is gone at once.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/coro/stream.hpp"
#include "kernel/loop/loop.hpp"

#include <memory>
#include <string_view>

namespace tactus::loop {

// Connections that may wait to be accepted; the system takes its own limit where that is lower.
inline constexpr int tcp_backlog = 256;

// Listens on a literal address and port, "127.0.0.1:9464" or "[::1]:9464"; port 0 takes a free one.
// Errors: invalid (not such an address), io (in use, not permitted, not an address of this
// machine); the text is meant for the operator. Threads: loop, or before it runs. The acceptor and
// its streams must be gone before the loop is, and their memory is when the loop has ended.
[[nodiscard]] result<std::unique_ptr<coro::acceptor>> listen_tcp(loop& loop,
                                                                 std::string_view address);

} // namespace tactus::loop
