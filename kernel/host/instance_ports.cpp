// SPDX-License-Identifier: MIT
#include "kernel/host/instance_ports.hpp"

#include <utility>

namespace tactus::host {

flow::port_table& instance_ports::all() noexcept {
    return who_.plays == role::output ? services_.dispatcher.connections().ports(who_.index)
                                      : services_.ingress.ports(who_.index);
}

const flow::port_table& instance_ports::all() const noexcept {
    return who_.plays == role::output ? services_.dispatcher.outputs().at(who_.index).ports
                                      : services_.ingress.at(who_.index).from.ports;
}

std::string instance_ports::offline() const {
    constexpr std::size_t named_max = 8;
    std::size_t offline = 0;
    std::size_t count = 0;
    std::string names;
    all().for_each([&](const flow::port_table::entry& each) {
        count += each.is_counted() ? 1U : 0U;
        if (each.is_counted() && !each.is_up && ++offline <= named_max) {
            names += (names.empty() ? "\"" : ", \"") + each.key + "\"";
        }
    });
    if (offline == 0) {
        return {};
    }
    names += offline > named_max ? " and " + std::to_string(offline - named_max) + " more" : "";
    return count == 1
               ? "Its port " + names + " is offline."
               : std::to_string(offline) + " of its " + std::to_string(count) +
                     (offline == 1 ? " ports is offline: " : " ports are offline: ") + names + ".";
}

std::uint32_t instance_ports::name_handle(std::string_view name) {
    flow::name_table& names = services_.fan_out.names();
    const std::uint32_t known = names.find(name);
    if (known != 0 || (new_names_ == names_max && !services_.dispatcher.outputs().has_port(name))) {
        return known;
    }
    new_names_ += new_names_ < names_max ? 1 : 0;
    return names.intern(name);
}

void instance_ports::forget_input() noexcept {
    if (who_.plays == role::input && !std::exchange(is_forgotten_, true)) {
        services_.ingress.end_parts(who_.index);
        all().clear();
    }
}

} // namespace tactus::host
