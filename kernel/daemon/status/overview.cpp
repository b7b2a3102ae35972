// SPDX-License-Identifier: MIT
#include "kernel/daemon/status/overview.hpp"

#include <algorithm>
#include <cstddef>

#include <unistd.h>

namespace tactus::daemon {

overview::overview(const parts& of) : of_(of), started_unix_ns_(of.clock.unix_ns()) {}

bool have_changed(std::span<const std::string> paths,
                  std::span<const base::file_stamp> loaded) noexcept {
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (loaded[i].differs_from(paths[i])) {
            return true;
        }
    }
    return false;
}

overview::moment overview::take() const {
    using metrics::log_level_names;
    moment now;
    now.taken = of_.shown.take_present();
    now.ready = of_.shown.take_readiness();
    const metrics::snapshot& taken = now.taken;
    const auto level =
        std::find_if(log_level_names.begin(), log_level_names.end(), [this](const auto& at) {
            return of_.log.is_enabled(static_cast<base::log_level>(&at - log_level_names.data()));
        });
    status_details& details = now.details;
    details.config_paths = of_.configuration.list.files;
    for (std::size_t i = 0; i < details.config_paths.size(); ++i) {
        now.config_stamps.push_back(of_.configuration.sources[i].stamp); // files come first
    }
    details.now_unix_ns = of_.clock.unix_ns();
    details.started_unix_ns = started_unix_ns_;
    details.log_level = level == log_level_names.end() ? "none" : *level;
    details.process = ::getpid();
    details.routes = settings().routes.size();
    for (const metrics::input_row& each : taken.inputs) {
        details.inputs.push_back(of_.recent.of_input(each.number, each.flow));
    }
    for (const metrics::output_row& each : taken.outputs) {
        details.outputs.push_back(of_.recent.of_output(each.number, each.flow));
    }
    for (std::size_t i = 0; i < taken.routes.size(); ++i) {
        details.routes_per_s.push_back(of_.recent.of_route(i));
    }
    return now;
}

} // namespace tactus::daemon
