// SPDX-License-Identifier: MIT
#include "kernel/base/lateness_bounds.hpp"
#include "kernel/metrics/exposition.hpp"
#include "kernel/metrics/families.hpp"
#include "tests/kernel/metrics/full_snapshot.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <sstream>
#include <vector>

using namespace tactus::testing;
namespace metrics = tactus::metrics;
namespace flow = tactus::flow;

namespace {

// The values of all buckets of a series in the order of the text.
std::vector<double> buckets_of(const std::string& scrape, const std::string& start) {
    std::vector<double> values;
    std::istringstream lines(scrape);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(start)) {
            values.push_back(std::stod(line.substr(line.rfind(' '))));
        }
    }
    return values;
}

} // namespace

TEST_CASE("a full snapshot shows every family of the table with its help and type") {
    const std::string scrape = metrics::expose_text(full_snapshot());

    for (const metrics::family& each : metrics::families()) {
        INFO(each.name);
        CHECK(scrape.find("# HELP " + std::string(each.name) + " " + std::string(each.help) +
                          "\n") != std::string::npos);
        CHECK(scrape.find("# TYPE " + std::string(each.name) + " ") != std::string::npos);
    }
}

TEST_CASE("family names are unique") {
    std::set<std::string_view> names;
    for (const metrics::family& each : metrics::families()) {
        INFO(each.name);
        CHECK(names.insert(each.name).second);
    }
}

TEST_CASE("every reason, origin, cause, state, level and result is there with value 0") {
    metrics::snapshot fresh;
    fresh.inputs.resize(1);
    fresh.inputs[0].name = "in";
    fresh.outputs.resize(1);
    fresh.outputs[0].name = "out";
    fresh.plugins = {{"in", metrics::plugin_state::loaded, 0, 0}};

    const std::string scrape = metrics::expose_text(fresh);

    std::vector<std::string> expected = {
        "tactus_output_connects_total{output=\"out\",result=\"ok\"}",
        "tactus_output_connects_total{output=\"out\",result=\"failed\"}",
        "tactus_clock_steps_total{direction=\"forward\"}",
        "tactus_clock_steps_total{direction=\"backward\"}"};
    const auto expect_all = [&](const std::string& start, const auto& names) {
        for (const std::string_view name : names) {
            expected.push_back(start + "\"" + std::string(name) + "\"}");
        }
    };
    expect_all("tactus_input_messages_rejected_total{input=\"in\",reason=", flow::rejected_names);
    expect_all("tactus_input_messages_unrouted_total{input=\"in\",reason=", flow::unrouted_names);
    expect_all("tactus_metrics_requests_rejected_total{reason=", metrics::unanswered_names);
    expect_all("tactus_deliveries_dropped_total{output=\"out\",reason=", flow::dropped_names);
    expect_all("tactus_deliveries_accepted_total{output=\"out\",origin=", flow::origin_names);
    expect_all("tactus_output_silenced_total{output=\"out\",cause=", flow::silence_cause_names);
    expect_all("tactus_log_messages_total{level=", metrics::log_level_names);
    for (const std::string& series : expected) {
        INFO(series);
        CHECK(value_of(scrape, series) == 0.0);
    }
}

TEST_CASE("an output's ports show by name, and inputs are up or not where a route names them") {
    metrics::snapshot shown = full_snapshot();
    shown.inputs[0].is_up = true;
    shown.inputs[1].is_needed = false;
    const std::string scrape = metrics::expose_text(shown);

    CHECK(value_of(scrape, "tactus_input_up{input=\"desk\"}") == 1.0);
    CHECK_FALSE(value_of(scrape, "tactus_input_up{input=\"foyer-page\"}").has_value());
    const std::string dead = "{output=\"organ\",port=\"tcp://10.0.0.8:9000\"";
    CHECK(value_of(scrape, "tactus_output_port_up" + dead + "}") == 0.0);
    CHECK(value_of(scrape, "tactus_output_port_connects_total" + dead + ",result=\"ok\"}") == 0.0);
    CHECK(value_of(scrape, "tactus_output_port_connects_total" + dead + ",result=\"failed\"}") ==
          4.0);
}

TEST_CASE("a route that was muted is named, with its line, and where none was a 0 says so") {
    metrics::snapshot none;
    metrics::snapshot some;
    some.routes = {{"route 1", 17, {}, 3}, {"drums", 40, {}, 1}, {"route 3", 50, {}, 0}};

    CHECK(value_of(metrics::expose_text(none), "tactus_route_mutes_total") == 0.0);
    const std::string scrape = metrics::expose_text(some);
    CHECK(value_of(scrape, "tactus_route_mutes_total{route=\"route 1\",line=\"17\"}") == 3.0);
    CHECK(value_of(scrape, "tactus_route_mutes_total{route=\"drums\",line=\"40\"}") == 1.0);
    CHECK_FALSE(
        value_of(scrape, "tactus_route_mutes_total{route=\"route 3\",line=\"50\"}").has_value());
}

TEST_CASE("a route counts its events by result, those that never occurred left out") {
    metrics::snapshot shown;
    shown.routes = {{"drums", 17, {}, 0}, {"route 2", 40, {}, 0}};
    shown.routes[1].events.add(flow::route_result::delivered, 5);
    shown.routes[1].events.add(flow::route_result::filtered, 2);
    const std::string scrape = metrics::expose_text(shown);

    const std::string of = "tactus_route_events_total{route=\"";
    CHECK(value_of(scrape, of + "drums\",result=\"delivered\"}") == 0.0);
    CHECK_FALSE(value_of(scrape, of + "drums\",result=\"filtered\"}").has_value());
    CHECK(value_of(scrape, of + "route 2\",result=\"delivered\"}") == 5.0);
    CHECK(value_of(scrape, of + "route 2\",result=\"filtered\"}") == 2.0);
}

TEST_CASE("what the operator has muted is 1, and the rest is 0") {
    metrics::snapshot shown = full_snapshot();
    shown.inputs[0].is_muted = true;
    shown.outputs[0].is_muted = true;
    shown.routes = {{"route 1", 17, {}, 0, true}, {"drums", 40, {}, 1, false}};
    const std::string scrape = metrics::expose_text(shown);

    CHECK(value_of(scrape, "tactus_input_muted{input=\"" + shown.inputs[0].name + "\"}") == 1.0);
    CHECK(value_of(scrape, "tactus_input_muted{input=\"" + shown.inputs[1].name + "\"}") == 0.0);
    CHECK(value_of(scrape, "tactus_output_muted{output=\"" + shown.outputs[0].name + "\"}") == 1.0);
    CHECK(value_of(scrape, "tactus_route_muted{route=\"route 1\",line=\"17\"}") == 1.0);
    CHECK(value_of(scrape, "tactus_route_muted{route=\"drums\",line=\"40\"}") == 0.0);
    CHECK(value_of(metrics::expose_text(metrics::snapshot()), "tactus_route_muted") == 0.0);
}

TEST_CASE("connections show by input, and refused ones by every reason there is") {
    metrics::snapshot shown = full_snapshot();
    shown.inputs[1].has_connections = false;
    const std::string scrape = metrics::expose_text(shown);

    CHECK(value_of(scrape, "tactus_input_connections{input=\"desk\"}") == 12.0);
    CHECK(value_of(scrape, "tactus_input_connections_accepted_total{input=\"desk\"}") == 40.0);
    for (const std::string_view reason : tactus::base::refused_names) {
        INFO(reason);
        CHECK(value_of(scrape, "tactus_input_connections_rejected_total{input=\"desk\",reason=\"" +
                                   std::string(reason) + "\"}") ==
              (reason == "origin" ? 1.0 : 0.0));
    }
    CHECK_THAT(scrape, !Catch::Contains("tactus_input_connections{input=\"foyer-page\"}"));
}

TEST_CASE("a plugin is in one state and not in the others") {
    const std::string scrape = metrics::expose_text(full_snapshot());

    const auto in_state = [&](std::string_view state) {
        return value_of(scrape, "tactus_plugin_state{plugin=\"organ\",state=\"" +
                                    std::string(state) + "\"}");
    };
    for (const std::string_view state : metrics::plugin_state_names) {
        INFO(state);
        CHECK(in_state(state) == (state == "degraded" ? 1.0 : 0.0));
    }
}

TEST_CASE("the ledgers hold in the text of a scrape") {
    const std::string scrape = metrics::expose_text(full_snapshot());
    const auto of = [&](const std::string& series) { return value_of(scrape, series).value(); };

    double dropped = 0;
    for (const std::string_view reason : flow::dropped_names) {
        dropped += of("tactus_deliveries_dropped_total{output=\"organ\",reason=\"" +
                      std::string(reason) + "\"}");
    }
    double accepted = 0;
    for (const std::string_view origin : flow::origin_names) {
        accepted += of("tactus_deliveries_accepted_total{output=\"organ\",origin=\"" +
                       std::string(origin) + "\"}");
    }
    CHECK(accepted == of("tactus_deliveries_sent_total{output=\"organ\"}") + dropped +
                          of("tactus_deliveries_pending{output=\"organ\"}"));
    CHECK(of("tactus_deliveries_unaccounted") == 0);
}

TEST_CASE("deliveries that are unaccounted for show, also where two outputs cancel out") {
    metrics::snapshot wrong = full_snapshot();
    wrong.outputs[0].flow.pending += 2;
    wrong.outputs[1].flow.pending -= 2;

    CHECK(value_of(metrics::expose_text(wrong), "tactus_deliveries_unaccounted") == 4.0);
}

TEST_CASE("buckets are cumulative, in seconds, and end with all that was counted") {
    const std::string scrape = metrics::expose_text(full_snapshot());
    const std::string start = "tactus_dispatch_lateness_seconds_bucket{output=\"organ\",le=";

    const std::vector<double> values = buckets_of(scrape, start);

    REQUIRE(values.size() == tactus::base::lateness_bounds_ns.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
        CHECK(values[i] == static_cast<double>(i + 1)); // one value on each bound, one above
    }
    CHECK(value_of(scrape, "tactus_dispatch_lateness_seconds_count{output=\"organ\"}") ==
          values.back());
}

TEST_CASE("bucket bounds are written as an operator would write them") {
    const std::string scrape = metrics::expose_text(full_snapshot());

    for (const std::string_view bound :
         {"1e-05", "2.5e-05", "0.0001", "0.001", "0.005", "0.1", "+Inf"}) {
        INFO(bound);
        CHECK(value_of(scrape,
                       "tactus_event_loop_lag_seconds_bucket{le=\"" + std::string(bound) + "\"}")
                  .has_value());
    }
    CHECK(value_of(scrape, "tactus_input_lead_time_seconds_bucket{input=\"desk\",le=\"60\"}")
              .has_value());
}

TEST_CASE("times are in seconds") {
    const std::string scrape = metrics::expose_text(full_snapshot());

    CHECK(value_of(scrape, "tactus_queue_horizon_seconds{output=\"organ\"}") == 2.5);
    CHECK(value_of(scrape, "tactus_input_pending{input=\"desk\"}") == 17);
    CHECK(value_of(scrape, "tactus_queue_memory_bytes") == 1'440'000);
    CHECK(value_of(scrape, "tactus_queue_memory_max_bytes") == 67'108'864);
    CHECK(value_of(scrape, "tactus_event_loop_idle_seconds_total") == 12.5);
    CHECK(value_of(scrape, "tactus_clock_wall_offset_seconds") == -0.003);
    CHECK(value_of(scrape, "tactus_config_last_reload_success_timestamp_seconds") == 1.7e9);
}

TEST_CASE("a metric of two plugins is one family with a series for each instance") {
    const std::string scrape = metrics::expose_text(full_snapshot());

    CHECK(value_of(scrape, "tactus_plugin_datagrams_total{plugin=\"desk\"}") == 123.0);
    CHECK(value_of(scrape, "tactus_plugin_datagrams_total{plugin=\"foyer-page\"}") == 7.0);
    CHECK(value_of(scrape, "tactus_plugin_ring_bytes{plugin=\"organ\"}") == -1.0);
    const std::string type = "# TYPE tactus_plugin_datagrams_total";
    CHECK(scrape.find(type) == scrape.rfind(type));
}

TEST_CASE("a plugin's histogram is one of seconds") {
    tactus::base::histogram measured(tactus::base::lateness_bounds_ns);
    measured.record(10'000);
    measured.record(3'000'000);
    metrics::snapshot taken;
    taken.plugin_metrics = {
        {"synth", "late_seconds", "Late.", false, 0, "", "", measured.take_snapshot()},
        {"other", "late_seconds", "Late.", false, 0, "", "", measured.take_snapshot()}};
    std::string scrape = metrics::expose_text(taken);
    CHECK(scrape.find("# TYPE tactus_plugin_late_seconds histogram\n") != std::string::npos);
    CHECK(value_of(scrape, R"(tactus_plugin_late_seconds_bucket{plugin="synth",le="0.001"})") ==
          1.0);
    CHECK(value_of(scrape, R"(tactus_plugin_late_seconds_bucket{plugin="synth",le="+Inf"})") ==
          2.0);
    CHECK(value_of(scrape, R"(tactus_plugin_late_seconds_sum{plugin="synth"})") == 0.00301);

    taken.plugin_metrics[1].durations.reset(); // a gauge, of another plugin's
    scrape = metrics::expose_text(taken);
    CHECK(scrape.find("# TYPE tactus_plugin_late_seconds untyped\n") != std::string::npos);
}

TEST_CASE("a plugin's series with a label are one family") {
    metrics::snapshot taken;
    taken.plugin_metrics = {{"synth", "lost_total", "Lost.", true, 3, "reason", "xrun"},
                            {"synth", "lost_total", "Lost.", true, 4, "reason", "full"}};
    const std::string scrape = metrics::expose_text(taken);
    CHECK(value_of(scrape, R"(tactus_plugin_lost_total{plugin="synth",reason="xrun"})") == 3.0);
    CHECK(value_of(scrape, R"(tactus_plugin_lost_total{plugin="synth",reason="full"})") == 4.0);
    const std::string type = "# TYPE tactus_plugin_lost_total counter\n";
    CHECK(scrape.find(type) == scrape.rfind(type));
}

TEST_CASE("plugins that disagree about a metric's kind do not spoil the scrape") {
    metrics::snapshot taken = full_snapshot();
    taken.plugin_metrics = {{"a", "notes", "Notes.", true, 1}, {"b", "notes", "Notes.", false, 2}};

    const std::string scrape = metrics::expose_text(taken);

    CHECK(scrape.find("# TYPE tactus_plugin_notes untyped\n") != std::string::npos);
    CHECK(value_of(scrape, "tactus_plugin_notes{plugin=\"a\"}") == 1.0);
    CHECK(value_of(scrape, "tactus_plugin_notes{plugin=\"b\"}") == 2.0);
}

TEST_CASE("a plugin's metric cannot take the name of one of ours") {
    metrics::snapshot taken = full_snapshot();
    taken.plugin_metrics = {{"evil", "state", "Mine.", false, 99}};

    const std::string scrape = metrics::expose_text(taken);

    CHECK(metrics::is_reserved_for_kernel("state"));
    CHECK(metrics::is_reserved_for_kernel("stalls_total"));
    CHECK_FALSE(metrics::is_reserved_for_kernel("ring_bytes"));
    CHECK_FALSE(metrics::is_reserved_for_kernel("tactus_plugin_state"));
    CHECK(scrape.find("evil") == std::string::npos);
}

TEST_CASE("a plugin's help text cannot add lines to the scrape") {
    metrics::snapshot taken = full_snapshot();
    taken.plugin_metrics = {{"a", "notes", "Notes.\nforged_metric 1\n\\", false, 1}};

    const std::string scrape = metrics::expose_text(taken);

    CHECK_FALSE(value_of(scrape, "forged_metric").has_value());
    CHECK(scrape.find("# HELP tactus_plugin_notes Notes. forged_metric 1") != std::string::npos);
}

TEST_CASE("a name with quotes and line ends stays one label") {
    metrics::snapshot taken = full_snapshot();
    taken.outputs[0].name = "or\"gan\n\\1";

    const std::string scrape = metrics::expose_text(taken);

    CHECK(value_of(scrape, R"(tactus_output_up{output="or\"gan\n\\1"})") == 1.0);
}

TEST_CASE("an output that no route names is neither up nor down") {
    metrics::snapshot taken = full_snapshot();
    taken.outputs[0].name = "spare";
    taken.outputs[0].is_needed = false;

    const std::string scrape = metrics::expose_text(taken);

    CHECK_FALSE(value_of(scrape, R"(tactus_output_up{output="spare"})").has_value());
    CHECK(value_of(scrape, R"(tactus_deliveries_pending{output="spare"})").has_value());
}

TEST_CASE("who held the loop up has a count of its own") {
    metrics::snapshot taken = full_snapshot();
    taken.plugins = {{"slow", metrics::plugin_state::running, 0, 0, 3}};

    CHECK(value_of(metrics::expose_text(taken), R"(tactus_plugin_blocked_total{plugin="slow"})") ==
          3.0);
}

TEST_CASE("a figure that the system does not give is left out, not 0") {
    metrics::snapshot taken = full_snapshot();
    taken.process = {};

    CHECK(metrics::expose_text(taken).find("process_") == std::string::npos);
}
