// SPDX-License-Identifier: MIT
// TCP on the loop, IPv4 and IPv6, behind coro::acceptor and coro::byte_stream. Closing is
// asynchronous in libuv: a handle's memory belongs to a separate node, which is freed in the close
// callback, while its owner is destroyed at once.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/coro/stream.hpp"
#include "kernel/loop/loop.hpp"

#include <memory>
#include <string_view>

namespace tactus::loop {

// Connections that may wait to be accepted; a lower system limit takes precedence.
inline constexpr int tcp_backlog = 256;

// Listens on a literal address and port, "127.0.0.1:9464" or "[::1]:9464"; port 0 takes a free one.
// Errors: invalid (not such an address), io (in use, not permitted, not an address of this
// machine); the text is meant for the operator. Threads: loop, or before it runs. The acceptor and
// its streams must be destroyed before the loop; their memory is freed when the loop has ended.
[[nodiscard]] result<std::unique_ptr<coro::acceptor>> listen_tcp(loop& loop,
                                                                 std::string_view address);

} // namespace tactus::loop
