// SPDX-License-Identifier: MIT
// Tells systemd, the manager of services, how the daemon is, by lines in datagrams:
//     READY=1 once it runs, RELOADING=1 with MONOTONIC_USEC= before a reload and READY=1 after it,
//     STOPPING=1, STATUS= when an input or output comes up or goes down, and WATCHDOG=1 twice in
//     each WATCHDOG_USEC as long as daemon_health finds nothing.
// A manager that is slow, gone or wrong never holds the daemon up: of the messages that a full
// socket did not take, only the latest is sent later; the rest is given up, and the log says so
// once. Without a manager nothing is done, and an idle daemon wakes for the watchdog alone.
// Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/process/service_environment.hpp"
#include "kernel/daemon/status/daemon_health.hpp"
#include "kernel/daemon/status/status.hpp"
#include "kernel/host/state_observer.hpp"
#include "kernel/net/notify_socket.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tactus::daemon {

class service_notices final : public host::state_observer {
public:
    // Changes of the state within this time are one line: a port that comes and goes all the time
    // is no flood.
    static constexpr std::int64_t settle_ns = 100'000'000;
    // When a full socket is tried again.
    static constexpr std::int64_t retry_ns = 100'000'000;

    // All must outlive it.
    service_notices(coro::reactor& reactor, base::log& log, const status& shown);
    service_notices(const service_notices&) = delete;
    service_notices& operator=(const service_notices&) = delete;
    ~service_notices() override;

    // From now on the manager is told. To be called before all below. The watched objects must
    // outlive it.
    void begin(const service_environment& with, const daemon_health::sources& watched);
    void ready();
    void reloading();
    void reloaded(); // whatever became of it
    void stopping();
    void failed(std::string_view why); // it does not start; may be called before begin()
    void state_changed() noexcept override;

private:
    void tell_state(std::string lines);
    void tell_status();
    void feed_watchdog();
    void flush();
    void gone(int why);
    [[nodiscard]] std::string status_line() const;
    [[nodiscard]] std::int64_t now_ns() const noexcept { return reactor_.clock().now_ns(); }

    coro::reactor& reactor_;
    base::log& log_;
    const status& shown_;
    std::optional<daemon_health> health_; // from begin() on
    std::optional<net::notify_socket> socket_;
    std::int64_t feed_every_ns_ = 0;
    std::string state_;       // lines that still have to be sent
    std::string status_;      // likewise, one line; empty: it was sent
    std::string last_status_; // the one before
    bool is_gone_ = false;    // it was logged
    bool is_starved_ = false; // the watchdog is not fed, which was logged
    bool is_stopping_ = false;
    coro::timer settled_;
    coro::timer watchdog_;
    coro::timer retry_;
};

} // namespace tactus::daemon
