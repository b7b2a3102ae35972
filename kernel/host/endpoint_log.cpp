// SPDX-License-Identifier: MIT
#include "kernel/host/endpoint_log.hpp"

#include <array>
#include <span>
#include <string>
#include <utility>

namespace tactus::host {
namespace {

// Whether the connection was there before: a peer that does not read, or that breaks the protocol.
constexpr bool ends_one(base::refused reason) noexcept {
    return reason > base::refused::token;
}

} // namespace

endpoint_log::endpoint_log(const host_services& services, const instance_id& of) noexcept
    : services_(services), of_(of) {
    search_.owner = this;
    search_.fire = [](coro::timer& node) noexcept {
        static_cast<endpoint_log*>(node.owner)->end_search();
    };
}

endpoint_log::~endpoint_log() {
    services_.reactor.disarm(search_);
}

void endpoint_log::stop() noexcept {
    is_stopping_ = true;
    services_.reactor.disarm(search_);
}

void endpoint_log::port_added(const flow::port_table::entry& port) {
    if (port.is_up || !is_told(port)) {
        return;
    }
    if (take_removed()) {
        down_.insert(port.number);
    } else {
        sought_.insert_or_assign(port.number, port);
        services_.reactor.arm(search_, services_.reactor.clock().now_ns() + search_ns);
    }
}

// Takes one of the removed ports that a new port may replace.
bool endpoint_log::take_removed() noexcept {
    const bool is_expected =
        removed_ > 0 && services_.reactor.clock().now_ns() < stand_ins_until_ns_;
    removed_ = is_expected ? removed_ - 1 : 0;
    return is_expected;
}

// An idle daemon is not woken for nothing.
void endpoint_log::forget(std::uint32_t port) noexcept {
    if (sought_.erase(port) != 0 && sought_.empty()) {
        services_.reactor.disarm(search_);
    }
}

void endpoint_log::end_search() {
    for (const auto& [number, port] : std::exchange(sought_, {})) {
        port_down(port);
    }
}

void endpoint_log::port_updated(const flow::port_table::entry& port, bool was_up) {
    forget(port.number);
    if (port.is_up && !was_up) {
        port_up(port);
    } else if (!port.is_up && (was_up || !down_.contains(port.number))) {
        port_down(port);
    }
}

void endpoint_log::port_removed(const flow::port_table::entry& port) {
    if (port.is_up) {
        port_down(port);
        removed_ += is_told(port) ? 1U : 0U;
        stand_ins_until_ns_ = services_.reactor.clock().now_ns() + search_ns;
    }
    down_.erase(port.number);
    forget(port.number);
}

// A line that is not written must not count.
bool endpoint_log::may_tell(base::log_level level, base::log_limit& limit) {
    return services_.log.is_enabled(level) &&
           services_.log.allows(limit, services_.reactor.clock().now_ns());
}

// Ports by name come and go with the events that ask for them.
bool endpoint_log::is_told(const flow::port_table::entry& port) const noexcept {
    return port.is_counted() && !is_stopping_;
}

void endpoint_log::port_up(const flow::port_table::entry& port) {
    down_.erase(port.number);
    if (is_told(port) && may_tell(base::log_level::info, ports_limit_)) {
        services_.log.info(base::log_event::port_up, "A port is up.",
                           {name_field(of_), type_field(of_), base::kv("port", port.key),
                            base::kv("name", port.name)});
    }
}

void endpoint_log::port_down(const flow::port_table::entry& port) {
    down_.insert(port.number);
    if (is_told(port) && may_tell(base::log_level::warning, ports_limit_)) {
        services_.log.warning(base::log_event::port_down,
                              of_.plays == role::output
                                  ? "A port is down; events that fall due for it are dropped."
                                  : "A port is down; nothing comes from it.",
                              {name_field(of_), type_field(of_), base::kv("port", port.key),
                               base::kv("name", port.name)});
    }
}

void endpoint_log::refused(std::string_view why, base::refused reason, std::string_view peer) {
    if (!may_tell(base::log_level::warning, refused_limit_)) {
        return;
    }
    std::string text = ends_one(reason) ? "A connection was closed" : "A connection was refused";
    text += why.empty() ? "." : ": " + std::string(why);
    const std::array<base::log_field, 4> facts = {
        name_field(of_), type_field(of_),
        base::kv("reason", base::refused_names[static_cast<std::size_t>(reason)]),
        base::kv("peer", peer)};
    services_.log.write(base::log_level::warning, base::log_event::connection_refused, text,
                        std::span(facts).first(peer.empty() ? 3 : 4));
}

void endpoint_log::multicast(std::string_view what) {
    if (may_tell(base::log_level::warning, multicast_limit_)) {
        services_.log.warning(base::log_event::multicast_group, what,
                              {name_field(of_), type_field(of_)});
    }
}

} // namespace tactus::host
