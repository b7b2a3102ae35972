// SPDX-License-Identifier: MIT
#include "kernel/daemon/overview.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace tactus::daemon {
namespace {

using metrics::log_level_names;

// Where it is, whatever folder a client is in; as it is if the system does not tell.
std::string absolute(const std::string& path) {
    std::error_code unknown;
    const std::filesystem::path whole = std::filesystem::absolute(path, unknown);
    return unknown ? path : whole.lexically_normal().string();
}

bool has_changed_since(const std::string& path, std::int64_t unix_ns) noexcept {
    struct stat file {};
    return ::stat(path.c_str(), &file) != 0 ||
           std::int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec > unix_ns;
}

} // namespace

overview::overview(const parts& of) : of_(of), started_unix_ns_(of.clock.unix_ns()) {
    for (const std::string& path : of.configuration.list.files) {
        config_paths_.push_back(absolute(path));
    }
}

bool have_changed_since(std::span<const std::string> paths, std::int64_t unix_ns) noexcept {
    return std::any_of(paths.begin(), paths.end(), [unix_ns](const std::string& path) {
        return has_changed_since(path, unix_ns);
    });
}

overview::moment overview::take() const {
    moment now;
    now.taken = of_.shown.take_present();
    now.ready = of_.shown.take_readiness();
    const metrics::snapshot& taken = now.taken;
    const auto level =
        std::find_if(log_level_names.begin(), log_level_names.end(), [this](const auto& at) {
            return of_.log.is_enabled(static_cast<base::log_level>(&at - log_level_names.data()));
        });
    status_details& details = now.details;
    details.config_paths = config_paths_;
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
