// SPDX-License-Identifier: MIT
// The ports of one instance, which the ingress or the dispatcher keeps, and the port names for
// which it has asked. Threads: loop.
#pragma once

#include "kernel/host/host_services.hpp"
#include "kernel/host/instance_id.hpp"

#include <tactus/limits.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::host {

class instance_ports {
public:
    // New names for which an instance may ask.
    static constexpr std::size_t names_max = TACTUS_NAMES_MAX;

    // Both must outlive it.
    instance_ports(const host_services& services, const instance_id& who) noexcept
        : services_(services), who_(who) {}

    [[nodiscard]] flow::port_table& all() noexcept;
    [[nodiscard]] const flow::port_table& all() const noexcept;
    // A sentence that names the ports that are offline; empty if there are none.
    [[nodiscard]] std::string offline() const;
    // For tactus_event.port; 0 if names_max new names were asked for. Names of existing ports
    // always get a handle; therefore handles cannot be used up.
    [[nodiscard]] std::uint32_t name_handle(std::string_view name);
    // At the end of an input; an output's ports are forgotten when it is detached.
    void forget_input() noexcept;

private:
    const host_services& services_;
    const instance_id& who_;
    std::size_t new_names_ = 0;
    bool is_forgotten_ = false; // the number may be another instance's by now
};

} // namespace tactus::host
