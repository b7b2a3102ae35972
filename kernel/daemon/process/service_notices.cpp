// SPDX-License-Identifier: MIT
#include "kernel/daemon/process/service_notices.hpp"

#include "kernel/config/text.hpp"
#include "kernel/daemon/process/start_failure.hpp"

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace tactus::daemon {
namespace {

constexpr std::size_t named_max = 3;      // of those that are down
constexpr std::size_t why_size_max = 120; // of each
constexpr std::size_t refusal_size_max = 160;

service_notices& owner(coro::timer& node) noexcept {
    return *static_cast<service_notices*>(node.owner);
}

std::string down_text(const std::vector<metrics::missing_part>& all) {
    std::string text;
    for (std::size_t i = 0; i < all.size() && i < named_max; ++i) {
        text += (text.empty() ? "" : "; ") + all[i].name + ": " +
                config::escaped(all[i].why, why_size_max);
    }
    const std::size_t more = all.size() > named_max ? all.size() - named_max : 0;
    return text + (more == 0 ? "" : "; and " + std::to_string(more) + " more");
}

} // namespace

service_notices::service_notices(coro::reactor& reactor, base::log& log, const status& shown)
    : reactor_(reactor), log_(log), shown_(shown) {
    for (coro::timer* const each : {&settled_, &watchdog_, &retry_}) {
        each->owner = this;
    }
    settled_.fire = [](coro::timer& node) noexcept { owner(node).tell_status(); };
    watchdog_.fire = [](coro::timer& node) noexcept { owner(node).feed_watchdog(); };
    retry_.fire = [](coro::timer& node) noexcept { owner(node).flush(); };
}

service_notices::~service_notices() {
    for (coro::timer* const each : {&settled_, &watchdog_, &retry_}) {
        reactor_.disarm(*each);
    }
}

void service_notices::begin(const service_environment& with,
                            const daemon_health::sources& watched) {
    health_.emplace(watched);
    for (const std::string& each : with.warnings) {
        log_.warning(base::log_event::service_variable_ignored, each);
    }
    if (with.notify_socket.empty()) {
        return;
    }
    result<net::notify_socket> opened = net::notify_socket::open(with.notify_socket);
    if (!opened) {
        log_.warning(base::log_event::service_variable_ignored,
                     "NOTIFY_SOCKET is ignored: the service manager gets no messages.",
                     {base::kv("why", config::escaped(opened.error().text, refusal_size_max))});
        return;
    }
    socket_.emplace(std::move(*opened));
    tell_status();
    feed_every_ns_ = with.watchdog_ns / 2;
    if (feed_every_ns_ > 0) {
        reactor_.arm(watchdog_, now_ns());
    }
}

void service_notices::ready() {
    tell_state("READY=1\n");
}

void service_notices::reloading() {
    tell_state("RELOADING=1\n"
               "MONOTONIC_USEC=" +
               std::to_string(now_ns() / 1000) + "\n");
}

void service_notices::reloaded() {
    tell_state("READY=1\n");
}

void service_notices::stopping() {
    tell_state("STOPPING=1\n");
    is_stopping_ = true; // a reload that ends now changes nothing
}

void service_notices::failed(std::string_view why) {
    if (!socket_) {
        return;
    }
    state_.clear();
    status_ = net::status_assignment(start_failure_status(why));
    flush();
}

void service_notices::state_changed() noexcept {
    if (socket_ && !settled_.is_armed()) {
        reactor_.arm(settled_, now_ns() + settle_ns);
    }
}

// Notices that were not sent yet are out of date.
void service_notices::tell_state(std::string lines) {
    if (!socket_ || is_stopping_) {
        return;
    }
    state_ = std::move(lines);
    tell_status();
}

void service_notices::tell_status() {
    std::string line = status_line();
    if (line != last_status_) {
        status_ = net::status_assignment(line);
        last_status_ = std::move(line);
    }
    flush();
}

void service_notices::feed_watchdog() {
    reactor_.arm(watchdog_, now_ns() + feed_every_ns_);
    const std::string wrong = health_->look(now_ns());
    const bool was_starved = std::exchange(is_starved_, !wrong.empty());
    if (!wrong.empty()) {
        if (!was_starved) {
            log_.error(base::log_event::watchdog_not_fed,
                       "The daemon makes no progress and stops its watchdog messages; the service "
                       "manager will restart it.",
                       {base::kv("why", wrong)});
        }
        return;
    }
    flush();
    // A ping that does not fit now is followed by another.
    if (state_.empty() && status_.empty() && socket_->send("WATCHDOG=1") == net::notified::gone) {
        gone(errno);
    }
}

void service_notices::flush() {
    const std::string lines = state_ + status_;
    if (lines.empty()) {
        return;
    }
    switch (socket_->send(lines)) {
    case net::notified::full:
        reactor_.arm(retry_, now_ns() + retry_ns);
        return;
    case net::notified::gone:
        gone(errno);
        break;
    case net::notified::taken:
        is_gone_ = false;
        break;
    }
    state_.clear();
    status_.clear();
}

void service_notices::gone(int why) {
    if (!std::exchange(is_gone_, true)) {
        log_.warning(base::log_event::systemd_unreachable,
                     "The service manager does not take the daemon's messages.",
                     {base::kv("why", std::strerror(why))});
    }
}

std::string service_notices::status_line() const {
    const phase now = shown_.current();
    if (now != phase::running) {
        return now == phase::starting ? "Starting." : "Stopping.";
    }
    const metrics::readiness found = shown_.take_readiness();
    std::string line = found.is_ready ? "Running." : "Running, not ready.";
    if (!found.missing.empty()) {
        line += " Down: " + down_text(found.missing);
    }
    if (!found.impaired.empty()) {
        line += " Down, but not required: " + down_text(found.impaired);
    }
    if (!shown_.refusal().empty()) {
        line +=
            " The last reload was refused: " + config::escaped(shown_.refusal(), refusal_size_max);
    }
    return line;
}

} // namespace tactus::daemon
