// SPDX-License-Identifier: MIT
#include "kernel/daemon/status/metrics_service.hpp"

#include "kernel/config/endpoint.hpp"
#include "kernel/config/text.hpp"
#include "kernel/daemon/translate_settings.hpp"
#include "kernel/net/acceptor.hpp"

#include <new>
#include <utility>
#include <vector>

namespace tactus::daemon {
namespace {

// allowed_hosts = ['a', 'tactus'], including those already allowed; empty if it is no host name.
std::string line_to_allow(std::string_view host, const std::vector<std::string>& allowed) {
    const std::string name = metrics::host_name(host);
    if (!config::is_host_name(name)) {
        return {};
    }
    std::string line = "allowed_hosts = [";
    for (const std::string& each : allowed) {
        line += "'" + each + "', ";
    }
    return line + "'" + name + "']";
}

} // namespace

result<void> metrics_service::start(metrics::observed& shown, metrics::page::source& status_page) {
    if (!wanted_.enabled) {
        return {};
    }
    if (const result<void> begun = loop_.begin_jobs(); !begun) { // they write scrapes
        return begun;
    }
    result<std::unique_ptr<coro::acceptor>> listening =
        net::listen_tcp(loop_, host_and_port(wanted_.listen));
    if (!listening) {
        return unexpected<error>(listening.error());
    }
    acceptor_ = std::move(*listening);
    pages_ = std::make_unique<metrics::pages>(loop_, shown);
    status_page_ = std::make_unique<metrics::page::status_page>(loop_, status_page, *pages_);
    http_ = std::make_unique<metrics::http_server>(
        loop_, *acceptor_, *status_page_,
        metrics::host_policy(acceptor_->address(), wanted_.allowed_hosts));
    http_->set_observer(this);
    tasks_.spawn(loop_.ready(), "http", http_->run());
    return {};
}

void metrics_service::allow(const std::vector<std::string>& hosts) {
    if (http_ != nullptr) {
        http_->set_policy(metrics::host_policy(acceptor_->address(), hosts));
    }
}

std::string metrics_service::address() const {
    return acceptor_ != nullptr ? acceptor_->address() : std::string();
}

bool metrics_service::is_loopback() const noexcept {
    return config::is_loopback(wanted_.listen.host);
}

void metrics_service::refused(metrics::unanswered why, std::string_view about) noexcept {
    unanswered_.add(why);
    try {
        if (why == metrics::unanswered::host) {
            log_host(about);
        } else if (why == metrics::unanswered::failed) {
            log_failure(about);
        }
    } catch (const std::bad_alloc&) {
        return; // it is already counted
    }
}

void metrics_service::log_failure(std::string_view why) {
    if (failures_.admits(recently_logged::hash(0, why), log_, loop_.clock().now_ns())) {
        log_.error(base::log_event::page_failed,
                   "A page could not be generated; the client got status 500.",
                   {base::kv("why", config::escaped(why))});
    }
}

// Each name is logged once, since scrapers repeat their requests. The hint does not admit a browser
// page that was made to point here: an operator who adds the line knows the name.
void metrics_service::log_host(std::string_view host) {
    const std::string add = line_to_allow(host, wanted_.allowed_hosts);
    const std::uint64_t what = recently_logged::hash(0, add.empty() ? host : add); // without port
    if (hosts_.admits(what, log_, loop_.clock().now_ns())) {
        log_.warning(base::log_event::page_refused,
                     "A request to the metrics pages was refused, since " +
                         std::string(host.empty()  ? "it names no host, or several."
                                     : add.empty() ? "its Host is not a valid name."
                                                   : "its Host is not allowed. If you know that "
                                                     "name, put the line into [metrics]."),
                     {base::kv("host", config::escaped(host)), base::kv("line", add)});
    }
}

} // namespace tactus::daemon
