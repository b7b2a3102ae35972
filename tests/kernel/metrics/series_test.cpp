// SPDX-License-Identifier: MIT
// How many series a scrape has, and what its labels may contain.
#include "kernel/base/lateness_bounds.hpp"
#include "kernel/flow/limits.hpp"
#include "kernel/metrics/exposition.hpp"
#include "kernel/metrics/families.hpp"
#include "tests/kernel/metrics/full_snapshot.hpp"
#include "tests/support/catch.hpp"

#include <sstream>
#include <string>

using namespace tactus::testing;
namespace metrics = tactus::metrics;
namespace flow = tactus::flow;

TEST_CASE("ports are counted by state, beyond those that have series of their own too") {
    metrics::snapshot taken;
    taken.inputs.resize(1);
    taken.inputs[0].name = "keys";
    taken.inputs[0].ports = {2, 1};
    taken.outputs.resize(2);
    taken.outputs[0].name = "lamps";
    taken.outputs[1].name = "organ";
    for (std::size_t i = 0; i < metrics::ports_shown_max; ++i) {
        taken.outputs[0].ports.push_back({"lamp " + std::to_string(i), i != 0, 0, 0});
    }
    taken.outputs[1].ports.push_back({"pipes", false, 0, 0});

    const std::string scrape = metrics::expose_text(taken);

    CHECK(value_of(scrape, R"(tactus_input_ports{input="keys",state="up"})") == 2.0);
    CHECK(value_of(scrape, R"(tactus_input_ports{input="keys",state="down"})") == 1.0);
    CHECK(value_of(scrape, R"(tactus_output_ports{output="lamps",state="up"})") == 1023.0);
    CHECK(value_of(scrape, R"(tactus_output_ports{output="lamps",state="down"})") == 1.0);
    CHECK(value_of(scrape, R"(tactus_output_ports{output="organ",state="down"})") == 1.0);
    CHECK(value_of(scrape, R"(tactus_output_port_up{output="lamps",port="lamp 1023"})") == 1.0);
    CHECK_FALSE(value_of(scrape, R"(tactus_output_port_up{output="organ",port="pipes"})"));
    CHECK(value_of(scrape, "tactus_metrics_ports_omitted") == 1.0);
}

TEST_CASE("a scrape says how many series it has") {
    const metrics::snapshot most = full_snapshot();
    const auto series_in = [](const std::string& scrape) {
        std::istringstream lines(scrape);
        double count = 0;
        for (std::string line; std::getline(lines, line);) {
            count += line.starts_with("#") ? 0 : 1;
        }
        return count;
    };
    const std::string scrape = metrics::expose_text(most);
    CHECK(value_of(scrape, "tactus_metrics_series") == series_in(scrape));
}

TEST_CASE("no configuration gives a scrape more series than the bound") {
    const auto series_of = [](const metrics::snapshot& of) {
        return *value_of(metrics::expose_text(of), "tactus_metrics_series");
    };
    metrics::plugin_metric made{"one", "m_seconds", "One.", false, 0, {}, {}, {}};
    made.durations = record_each(tactus::base::lateness_bounds_ns);
    metrics::snapshot base = full_snapshot();
    base.inputs.clear();
    base.outputs.clear();
    base.plugins.clear();
    base.plugin_metrics.clear();
    base.routes.clear();
    base.routes.resize(1);
    metrics::snapshot one = base;
    one.plugin_metrics.assign(32, made); // host::plugin_metrics::series_max
    one.plugins = {{"one", metrics::plugin_state::running, 0, 0}};
    metrics::snapshot input = one;
    input.inputs = {full_input("one")};
    metrics::snapshot output = one;
    output.outputs = {full_output("one")};
    output.outputs[0].ports.clear();
    metrics::snapshot ports = output;
    ports.outputs[0].ports.resize(2 * metrics::ports_shown_max);
    metrics::snapshot route = base;
    route.routes[0].is_muted = true;
    for (std::size_t result = 0; result < flow::route_result_names.size(); ++result) {
        route.routes[0].events.add(static_cast<flow::route_result>(result));
    }

    const double none = series_of(base);
    const double most =
        none + static_cast<double>(flow::inputs_max) * (series_of(input) - none) +
        static_cast<double>(flow::outputs_max) * (series_of(output) - none) +
        (series_of(ports) - series_of(output)) +
        1024 * (series_of(route) - none + 4); // config::routes_max; what it shows without a count

    CHECK(series_of(output) - series_of(one) < 100); // a usual output, without its plugin
    CHECK(series_of(input) - series_of(one) < 100);
    CHECK(most > 0.9 * metrics::series_max);
    CHECK(most <= metrics::series_max);
}

TEST_CASE("a name that is not UTF-8 costs no scrape") {
    metrics::snapshot taken;
    taken.outputs = {full_output("organ")};
    taken.outputs[0].ports = {{"Pl\xe4tze \xc3\xa4 \"1\"\n\\", true, 0, 0}};

    const std::string scrape = metrics::expose_text(taken);

    CHECK(value_of(scrape, "tactus_output_port_up{output=\"organ\",port=\"Pl\\\\xe4tze \xc3\xa4 "
                           "\\\"1\\\"\\n\\\\\"}") == 1.0);
}

TEST_CASE("what is up with all of its ports is not up with some") {
    metrics::snapshot taken;
    taken.outputs = {full_output("organ"), full_output("lights")};
    taken.outputs[0].is_up = false;

    const std::string scrape = metrics::expose_text(taken);

    CHECK(value_of(scrape, R"(tactus_output_up{output="organ"})") == 0.0);
    CHECK(value_of(scrape, R"(tactus_output_up{output="lights"})") == 1.0);
}
