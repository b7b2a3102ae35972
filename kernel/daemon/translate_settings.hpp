// SPDX-License-Identifier: MIT
// Translates the configuration's types to those of the layers below: neither knows the other.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/diagnostic.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/output.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/flow/route/circle_guard.hpp"
#include "kernel/flow/route/router.hpp"
#include "kernel/host/loading/catalog.hpp"
#include "kernel/host/supervisor.hpp"

#include <string>
#include <vector>

namespace tactus::daemon {

[[nodiscard]] base::log_settings log_settings(const config::log_settings& from);
[[nodiscard]] flow::queue_limits queue_limits(const config::settings& from);
[[nodiscard]] flow::output_settings output_settings(const config::output_settings& from,
                                                    const config::settings& all);
[[nodiscard]] flow::input_settings input_settings(const config::input_settings& from);
[[nodiscard]] flow::ingress_settings ingress_settings(const config::settings& from);
[[nodiscard]] flow::circle_settings circle_settings(const config::settings& from);
// The checker compiled the addresses once; therefore they compile again.
[[nodiscard]] std::vector<flow::route> routes(const config::settings& from);
// The settings that inputs and outputs have in common. Bounds: the plugin is in the catalog.
[[nodiscard]] host::supervisor_settings supervisor_settings(const config::instance_settings& from,
                                                            host::instance_id who,
                                                            host::catalog& catalog);
[[nodiscard]] std::string host_and_port(const config::endpoint& from);

} // namespace tactus::daemon
