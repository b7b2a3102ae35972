// SPDX-License-Identifier: MIT
#include "kernel/daemon/status/down_times.hpp"

#include <new>

namespace tactus::daemon {

void down_times::turn_ended() noexcept {
    if (changes() == seen_) {
        return;
    }
    try {
        look();
    } catch (const std::bad_alloc&) {
        return; // in the next turn
    }
}

void down_times::look() {
    for (std::size_t i = 0; i < of_.instances.inputs().size(); ++i) {
        of_.ingress.ports(static_cast<std::uint16_t>(i)).count_changes_in(input_changes_);
    }
    const std::uint64_t now = changes();
    look_at(of_.instances.inputs(), inputs_);
    look_at(of_.instances.outputs(), outputs_);
    port_times away;
    for (std::size_t i = 0; i < of_.instances.outputs().size(); ++i) {
        const auto number = static_cast<std::uint16_t>(i);
        of_.dispatcher.outputs().at(number).ports.for_each(
            [&](const flow::port_table::entry& each) {
                if (each.is_counted() && !each.is_up) {
                    const std::int64_t known_ns = of_port(number, each.number);
                    away[{number, each.number}] = known_ns != 0 ? known_ns : of_.clock.now_ns();
                }
            });
    }
    ports_ = std::move(away);
    seen_ = now;
}

void down_times::look_at(const supervisor_group& all, std::vector<std::int64_t>& since) const {
    since.resize(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool is_away = all.is_there(i) && !all.at(i).shortfall().empty();
        since[i] = !is_away ? 0 : since[i] != 0 ? since[i] : of_.clock.now_ns();
    }
}

} // namespace tactus::daemon
