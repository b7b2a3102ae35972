// SPDX-License-Identifier: MIT
// Serves JSON-RPC (json_rpc.hpp) on one unix socket, on the loop: a task for each connection, which
// answers one request after the other, in order. Every number has a bound: if all places are taken,
// the connection that has been silent longest is closed; a client that does not read its answers is
// closed after a while; a request that is too long is refused. None of them slows the others. A
// method may attach something to its connection that lasts as long, a stream of notifications for
// example.
#pragma once

#include "kernel/control/methods.hpp"
#include "kernel/coro/connection_places.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/coro/stream.hpp"

#include <tactus/cpp/task.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tactus::control {

enum class rights : std::uint8_t { all, status_only };

class control_server {
public:
    static constexpr std::size_t connections_max = 32;
    // How long a client may leave its answer unread.
    static constexpr std::int64_t write_limit_ns = 10'000'000'000;
    static constexpr std::int64_t accept_pause_ns = coro::accept_pause_ns;

    // All references must outlive run().
    control_server(coro::reactor& reactor, coro::acceptor& acceptor, methods& served,
                   rights granted);
    control_server(const control_server&) = delete;
    control_server& operator=(const control_server&) = delete;
    ~control_server();

    // Serves until the task is asked to stop or the acceptor is closed; all connections are closed
    // by then. Threads: loop. Errors: canceled.
    [[nodiscard]] tactus::task<void> run();

    [[nodiscard]] std::size_t connections() const noexcept;

private:
    struct connection;
    struct prepared;
    using places = coro::connection_places<control_server, connection>;
    friend places;

    tactus::task<void> serve(connection& client);
    tactus::task<bool> answer_lines(connection& client);
    void prepare(connection& client, std::string_view line, prepared& to);
    tactus::task<std::string> answer(connection& client, std::string_view line);
    tactus::task<bool> write(connection& client, std::string bytes);
    [[nodiscard]] const method* find(std::string_view name) const noexcept;
    [[nodiscard]] std::int64_t now_ns() const noexcept { return reactor_.clock().now_ns(); }

    coro::reactor& reactor_;
    methods& methods_;
    const rights granted_;
    places places_;
};

} // namespace tactus::control
