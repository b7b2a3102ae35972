// SPDX-License-Identifier: MIT
// The connections of a server, with a bounded number of places: accepts one when there is a place
// for it, and serves it in a task of its own. If all places are taken, one connection is stopped to
// make room, so clients that say nothing keep nobody out. Every error of a connection ends that
// connection alone. Threads: loop.
#pragma once

#include "kernel/coro/sleep.hpp"
#include "kernel/coro/stream.hpp"

#include <tactus/cpp/event.hpp>
#include <tactus/cpp/scope.hpp>
#include <tactus/cpp/stop_token.hpp>
#include <tactus/cpp/task.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <new>
#include <utility>

namespace tactus::coro {

// After a failed accept, usually caused by a lack of descriptors or memory.
inline constexpr std::int64_t accept_pause_ns = 100'000'000;

// Which connection is stopped to make room: the oldest of the first kind; if there is none, the one
// of the second kind that has been silent longest.
enum class stops : std::uint8_t { first, by_silence, never };

// The members that every connection has; a server adds its own.
struct placed_connection {
    placed_connection(std::unique_ptr<byte_stream> accepted, tactus::stop_token server_stop)
        : stream(std::move(accepted)), stop(server_stop) {}

    std::unique_ptr<byte_stream> stream;
    tactus::stop_source stop; // stopped to make room for another
    std::int64_t silent_since_ns = 0;
};

// A Connection derives from placed_connection, with its constructor, and has `stops standing()
// const`. A Server has `tactus::task<void> serve(Connection&)`, which ends with the connection.
template <class Server, class Connection>
class connection_places {
public:
    // The references must outlive run(); `name` is static text, the tasks' name.
    connection_places(reactor& reactor, acceptor& acceptor, Server& server, const char* name,
                      std::size_t most) noexcept
        : reactor_(reactor), acceptor_(acceptor), server_(server), name_(name), most_(most) {}

    // Serves until the task is asked to stop or the acceptor is closed; all connections are closed
    // by then. Errors: canceled.
    [[nodiscard]] tactus::task<void> run() {
        auto accepting = [this](tactus::scope& served) { return accept_all(served); };
        co_await tactus::with_scope(std::move(accepting));
    }
    // To be called when a connection's standing() has changed: it could be stopped now.
    void may_make_room() noexcept { may_have_room_.set(); }

    [[nodiscard]] std::size_t size() const noexcept { return connections_.size(); }

private:
    using place = typename std::list<Connection>::iterator;

    // Accepts a connection only when there is a place for it: the others wait in the system's
    // backlog.
    tactus::task<void> accept_all(tactus::scope& served) {
        for (;;) {
            auto accepted = co_await acceptor_.accept();
            if (!accepted.has_value()) {
                if (accepted.error().kind == error_kind::closed) {
                    co_return;
                }
                co_await sleep_until(reactor_, reactor_.clock().now_ns() + accept_pause_ns);
                continue;
            }
            while (connections_.size() >= most_) {
                make_room();
                may_have_room_.reset();
                co_await may_have_room_.wait();
            }
            admit(served, std::move(*accepted));
        }
    }

    // Takes the place here and not in the task, which starts later, so the count is never behind.
    void admit(tactus::scope& served, std::unique_ptr<byte_stream> stream) {
        connections_.emplace_back(std::move(stream), served.stop());
        const place at = std::prev(connections_.end());
        at->silent_since_ns = reactor_.clock().now_ns();
        try {
            served.spawn(name_, attend(at));
        } catch (const std::bad_alloc&) {
            connections_.erase(at); // closed; the others continue
        }
    }

    void make_room() noexcept {
        Connection* chosen = nullptr;
        for (Connection& each : connections_) {
            if (each.stop.stop_requested()) {
                return; // one is already being stopped
            }
            const stops standing = each.standing();
            const bool is_better =
                chosen == nullptr ||
                (chosen->standing() != stops::first &&
                 (standing == stops::first || each.silent_since_ns < chosen->silent_since_ns));
            chosen = standing != stops::never && is_better ? &each : chosen;
        }
        if (chosen != nullptr) {
            chosen->stop.request_stop();
        }
    }

    // Every error of a connection is handled here, by closing it.
    tactus::task<void> attend(place at) {
        try {
            tactus::task<void> serving = server_.serve(*at);
            serving.set_stop(at->stop.token());
            co_await std::move(serving);
        } catch (...) { // canceled: it made room, or the server stops; else out of memory
        }
        connections_.erase(at);
        may_have_room_.set();
    }

    reactor& reactor_;
    acceptor& acceptor_;
    Server& server_;
    const char* name_;
    std::size_t most_;
    std::list<Connection> connections_; // oldest first
    tactus::event may_have_room_;
};

} // namespace tactus::coro
