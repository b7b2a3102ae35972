// SPDX-License-Identifier: MIT
// A connected TCP stream. Made by the acceptor in tcp.cpp only.
#pragma once

#include "kernel/coro/stream.hpp"
#include "kernel/loop/loop.hpp"

#include <uv.h>

namespace tactus::loop {

class tcp_stream final : public coro::byte_stream {
public:
    explicit tcp_stream(loop& loop);
    ~tcp_stream() override;

    // The handle that the acceptor opens with the connection's descriptor.
    [[nodiscard]] uv_stream_t* uv() noexcept;

    // One reader and one writer at a time. A write that failed, or was cut short by its deadline or
    // a stop, leaves the stream broken: part of the bytes may have been sent.
    [[nodiscard]] tactus::task<result<std::size_t>> read(std::span<char> into,
                                                         std::int64_t deadline_ns) override;
    [[nodiscard]] tactus::task<result<void>> write(std::string bytes,
                                                   std::int64_t deadline_ns) override;

private:
    struct node;
    class reading;
    class writing;

    coro::reactor& reactor_;
    node* node_; // owns itself once it is closed
    bool is_broken_ = false;
};

} // namespace tactus::loop
