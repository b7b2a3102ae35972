// SPDX-License-Identifier: MIT
// A small HTTP server for the operator's pages: GET and HEAD, no bodies, one task per connection,
// on the loop. Every wait has a deadline and every number a bound, so that clients that send half a
// request or none, or do not read, do not affect others: when all places are taken, the oldest
// connection without a complete request is closed. Not for the open internet: no TLS, no login.
#pragma once

#include "kernel/coro/connection_places.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/coro/stream.hpp"
#include "kernel/metrics/host_policy.hpp"
#include "kernel/metrics/http_refusal.hpp"
#include "kernel/metrics/http_request.hpp"
#include "kernel/metrics/http_response.hpp"

#include <tactus/cpp/task.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tactus::metrics {

// The pages that can be requested.
class endpoints {
public:
    endpoints() = default;
    endpoints(const endpoints&) = delete;
    endpoints& operator=(const endpoints&) = delete;
    virtual ~endpoints() = default;

    // Returns its own 404. Threads: loop. Errors: an exception becomes a 500.
    [[nodiscard]] virtual tactus::task<response> get(std::string path) = 0;
};

class http_server {
public:
    static constexpr std::size_t connections_max = 256;
    static constexpr std::int64_t head_limit_ns = 2'000'000'000;
    static constexpr std::int64_t idle_limit_ns = 60'000'000'000;
    static constexpr std::int64_t write_limit_ns = 10'000'000'000;
    // After an error: how long, and how many bytes, we still read from the client. Closing at once
    // would reset the connection, and the response could be lost.
    static constexpr std::int64_t linger_limit_ns = 1'000'000'000;
    static constexpr std::size_t linger_bytes_max = 65'536;

    static constexpr std::int64_t accept_pause_ns = coro::accept_pause_ns;

    // All three must outlive run().
    http_server(coro::reactor& reactor, coro::acceptor& acceptor, endpoints& pages,
                host_policy policy);
    http_server(const http_server&) = delete;
    http_server& operator=(const http_server&) = delete;
    ~http_server();

    // Must outlive run(). nullptr: no observer.
    void set_observer(refusal_observer* observer) noexcept { observer_ = observer; }

    // For later requests.
    void set_policy(host_policy policy) noexcept { policy_ = std::move(policy); }

    // Serves until the task is asked to stop or the acceptor is closed; all connections are closed
    // by then. Threads: loop. Errors: canceled.
    [[nodiscard]] tactus::task<void> run();

    [[nodiscard]] std::size_t connections() const noexcept;

private:
    enum class phase : std::uint8_t { first_head, next_head, answering, lingering };
    struct connection;
    struct head_outcome;
    using places = coro::connection_places<http_server, connection>;
    friend places;

    tactus::task<void> serve(connection& client);
    tactus::task<bool> exchange(connection& client);
    tactus::task<head_outcome> read_head(connection& client);
    tactus::task<bool> refuse(connection& client, int status, std::string_view why);
    tactus::task<response> answer(const request& asked);
    tactus::task<void> linger(connection& client);
    void report_refusal(unanswered why, std::string_view about = {}) const noexcept {
        if (observer_ != nullptr) {
            observer_->refused(why, about);
        }
    }
    [[nodiscard]] std::int64_t in_ns(std::int64_t by_ns) const noexcept {
        return reactor_.clock().now_ns() + by_ns;
    }

    coro::reactor& reactor_;
    endpoints& pages_;
    host_policy policy_;
    refusal_observer* observer_ = nullptr;
    places places_;
};

} // namespace tactus::metrics
