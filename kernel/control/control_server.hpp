// SPDX-License-Identifier: MIT
// Serves JSON-RPC (json_rpc.hpp) on one unix socket, on the loop: a task for each connection, which
// answers one request after the other, in order. Every number has a bound: if all places are taken,
// the connection that has been silent longest is closed; a client that does not read its answers is
// closed after a while; what is too long is refused. None of them slows the others.
#pragma once

#include "kernel/control/methods.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/coro/stream.hpp"

#include <tactus/cpp/event.hpp>
#include <tactus/cpp/scope.hpp>
#include <tactus/cpp/task.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
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
    // After a failed accept, usually caused by a lack of descriptors or memory.
    static constexpr std::int64_t accept_pause_ns = 100'000'000;

    // All references must outlive run().
    control_server(coro::reactor& reactor, coro::acceptor& acceptor, methods& served,
                   rights granted);
    control_server(const control_server&) = delete;
    control_server& operator=(const control_server&) = delete;
    ~control_server();

    // Serves until the task is asked to stop or the acceptor is closed; all connections are closed
    // by then. Threads: loop. Errors: canceled.
    [[nodiscard]] tactus::task<void> run();

    [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }

private:
    struct connection;
    struct prepared;
    using place = std::list<connection>::iterator;

    tactus::task<void> accept_all(tactus::scope& scope);
    void admit(tactus::scope& scope, std::unique_ptr<coro::byte_stream> stream);
    void make_room() noexcept;
    tactus::task<void> attend(place at);
    tactus::task<void> serve(connection& client);
    tactus::task<bool> answer_lines(connection& client);
    void prepare(connection& client, std::string_view line, prepared& to);
    tactus::task<std::string> answer(connection& client, std::string_view line);
    tactus::task<bool> write(connection& client, std::string bytes);
    [[nodiscard]] const method* find(std::string_view name) const noexcept;
    [[nodiscard]] std::int64_t now_ns() const noexcept { return reactor_.clock().now_ns(); }

    coro::reactor& reactor_;
    coro::acceptor& acceptor_;
    methods& methods_;
    const rights granted_;
    std::list<connection> connections_; // oldest first
    tactus::event may_have_room_;
};

} // namespace tactus::control
