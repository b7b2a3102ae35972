// SPDX-License-Identifier: MIT
// What the page of metrics calls tactus_plugin_* itself, no plugin can call its own.
#include "kernel/host/plugin_metrics.hpp"
#include "kernel/metrics/families.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tactus;

TEST_CASE("the daemon's own names of metrics are refused to plugins, all of them") {
    constexpr std::string_view prefix = "tactus_plugin_";
    int own = 0;
    for (const metrics::family& each : metrics::families()) {
        if (!each.name.starts_with(prefix)) {
            continue;
        }
        ++own;
        const std::string name(each.name.substr(prefix.size()));
        INFO(name);
        host::plugin_metrics of_plugin;
        std::uint32_t made = 0;
        CHECK(of_plugin.create(name.ends_with("_total") ? TACTUS_METRIC_COUNTER
                                                        : TACTUS_METRIC_GAUGE,
                               name, "A help.", made) == TACTUS_E_INVALID);
        CHECK(of_plugin.refusal() == std::string("its name is the daemon's own"));
    }
    CHECK(own >= 6);
}
