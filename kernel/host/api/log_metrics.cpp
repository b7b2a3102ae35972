// SPDX-License-Identifier: MIT
// "tactus.log/0" and "tactus.metrics/0": an instance's log lines and metrics for the operator.
#include "kernel/host/api/interfaces.hpp"
#include "kernel/host/api/plugin_text.hpp"
#include "kernel/host/instance.hpp"

namespace tactus::host {
namespace {

base::log_level level_of(std::uint32_t level) noexcept {
    switch (level) {
    case TACTUS_LOG_DEBUG:
        return base::log_level::debug;
    case TACTUS_LOG_INFO:
        return base::log_level::info;
    case TACTUS_LOG_WARNING:
        return base::log_level::warning;
    default:
        return base::log_level::error;
    }
}

std::uint32_t enabled(const tactus_host* host, std::uint32_t level) noexcept {
    return resources_of(host).log().is_enabled(level_of(level)) ? 1 : 0;
}

void write(const tactus_host* host, std::uint32_t level, tactus_str text) noexcept {
    resources_of(host).log().write(level_of(level), view_of(text));
}

tactus_status create(const tactus_host* host, std::uint32_t kind, const char* name,
                     const char* help, std::uint32_t* metric) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (name == nullptr || help == nullptr || metric == nullptr) {
        return TACTUS_E_INVALID;
    }
    const tactus_status made = self.metrics().create(kind, name, help, *metric);
    if (made == TACTUS_E_INVALID) {
        self.set_error(made, {},
                       "The metric \"" + std::string(name) +
                           "\" is refused: " + self.metrics().refusal() + ".");
    }
    return made;
}

void add(const tactus_host* host, std::uint32_t metric, std::int64_t amount) noexcept {
    resources_of(host).metrics().add(metric, amount);
}

void set(const tactus_host* host, std::uint32_t metric, std::int64_t value) noexcept {
    resources_of(host).metrics().set(metric, value);
}

} // namespace

const tactus_log_0 log_table = {sizeof(tactus_log_0), 0, &enabled, &write};
const tactus_metrics_0 metrics_table = {sizeof(tactus_metrics_0), 0, &create, &add, &set};

} // namespace tactus::host
