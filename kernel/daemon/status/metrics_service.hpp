// SPDX-License-Identifier: MIT
// The operator's pages while the daemon runs: the listening socket, the HTTP server and its task.
// Counts the requests that get no page, and logs each host name that is not allowed and each page
// that fails. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/base/result.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/coro/stream.hpp"
#include "kernel/daemon/reports/recently_logged.hpp"
#include "kernel/daemon/service_tasks.hpp"
#include "kernel/loop/loop.hpp"
#include "kernel/metrics/http_server.hpp"
#include "kernel/metrics/page/status_page.hpp"
#include "kernel/metrics/pages.hpp"
#include "kernel/metrics/snapshot.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::daemon {

class metrics_service final : private metrics::refusal_observer {
public:
    // All must outlive it.
    metrics_service(loop::loop& loop, base::log& log, const config::metrics_settings& wanted)
        : loop_(loop), log_(log), wanted_(wanted) {}

    // Serves what both provide, if the settings ask for it; they must live until stop() has ended.
    // Errors: io (the address is taken), limit (no thread); then nothing runs.
    [[nodiscard]] result<void> start(metrics::observed& shown, metrics::page::source& status_page);
    // Calls `then` once when nothing of it runs any more, possibly at once.
    void stop(std::function<void()> then) { tasks_.stop(std::move(then)); }

    // The names under which clients may ask, besides the usual ones; for later requests.
    void allow(const std::vector<std::string>& hosts);
    [[nodiscard]] std::string address() const; // empty = off
    // Whether only programs on this machine can reach them.
    [[nodiscard]] bool is_loopback() const noexcept;
    [[nodiscard]] const metrics::unanswered_counts& unanswered() const noexcept {
        return unanswered_;
    }

private:
    void refused(metrics::unanswered why, std::string_view about) noexcept override;
    void log_host(std::string_view host);
    void log_failure(std::string_view why);

    loop::loop& loop_;
    base::log& log_;
    const config::metrics_settings& wanted_;
    metrics::unanswered_counts unanswered_;
    recently_logged hosts_;
    recently_logged failures_;
    std::unique_ptr<coro::acceptor> acceptor_;
    std::unique_ptr<metrics::pages> pages_;
    std::unique_ptr<metrics::page::status_page> status_page_;
    std::unique_ptr<metrics::http_server> http_;
    service_tasks tasks_;
};

} // namespace tactus::daemon
