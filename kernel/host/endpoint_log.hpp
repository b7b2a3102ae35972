// SPDX-License-Identifier: MIT
// The daemon's own lines about the endpoints of one instance: a port that comes up or goes down, a
// connection that is refused, a multicast group. A plugin's sentences say more about the reason,
// each in its own words; these lines are the same for all plugins, and therefore filters and alerts
// can rely on them. Threads: loop.
#pragma once

#include "kernel/base/connection_counts.hpp"
#include "kernel/host/host_services.hpp"
#include "kernel/host/instance_id.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace tactus::host {

class endpoint_log {
public:
    // Both must outlive it.
    endpoint_log(const host_services& services, const instance_id& of) noexcept;
    endpoint_log(const endpoint_log&) = delete;
    endpoint_log& operator=(const endpoint_log&) = delete;
    ~endpoint_log();

    // How long a port may be looked for before it counts as going down.
    static constexpr std::int64_t search_ns = 2'000'000'000;

    // A port that was added down may still be looked for; it goes down after search_ns, unless the
    // plugin has given its state before. A port that is added down within search_ns after the
    // removal of a port that was up replaces that port, which was reported as down already.
    void port_added(const flow::port_table::entry& port);

    // The plugin has given the state of a port that it has, which was `was_up` before. Of a port
    // that has never been up, the first time that it is said to be down counts as going down.
    void port_updated(const flow::port_table::entry& port, bool was_up);
    // Before it is removed.
    void port_removed(const flow::port_table::entry& port);
    // `peer`: its address as text; empty if it is not known.
    void refused(std::string_view why, base::refused reason, std::string_view peer = {});
    // The change of a membership: a sentence.
    void multicast(std::string_view what);
    // The instance is asked to stop: no port of it goes down by itself any more.
    void stop() noexcept;

private:
    void end_search();
    void forget(std::uint32_t port) noexcept; // it is looked for no more
    [[nodiscard]] bool take_removed() noexcept;
    void port_up(const flow::port_table::entry& port);
    void port_down(const flow::port_table::entry& port);
    [[nodiscard]] bool is_told(const flow::port_table::entry& port) const noexcept;
    [[nodiscard]] bool may_tell(base::log_level level, base::log_limit& limit);

    static constexpr std::uint32_t port_lines_max = 20; // of the ports, in 10 s

    const host_services& services_;
    const instance_id& of_;
    std::unordered_set<std::uint32_t> down_; // ports whose last line says so
    std::unordered_map<std::uint32_t, flow::port_table::entry> sought_; // as they were added
    coro::timer search_; // since the last port that was added down
    base::log_limit ports_limit_{port_lines_max};
    base::log_limit refused_limit_;
    base::log_limit multicast_limit_;
    std::size_t removed_ = 0;             // ports that were up, without a stand-in yet
    std::int64_t stand_ins_until_ns_ = 0; // when those are not expected any more
    bool is_stopping_ = false;
};

} // namespace tactus::host
