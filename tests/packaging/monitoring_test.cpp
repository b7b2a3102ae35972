// SPDX-License-Identifier: MIT
// The alerts and the dashboard that packaging/monitoring ships: Prometheus's own tools take them,
// and a daemon has what they ask for.
#include "tests/packaging/live_scrape.hpp"
#include "tests/packaging/monitoring_tools.hpp"
#include "tests/support/catch.hpp"

#include <simdjson.h>

#include <algorithm>

using namespace tactus::test;

namespace {

finished promtool(std::vector<std::string> words) {
    words.insert(words.begin(), prometheus_tool("promtool"));
    return run(std::move(words));
}

// All texts of that key, however deep.
void gather(simdjson::dom::element from, std::string_view key, std::vector<std::string>& into) {
    if (from.is_array()) {
        for (const simdjson::dom::element each : simdjson::dom::array(from)) {
            gather(each, key, into);
        }
    } else if (from.is_object()) {
        for (const auto& [name, value] : simdjson::dom::object(from)) {
            if (name == key && value.is_string()) {
                into.emplace_back(std::string_view(value));
            }
            gather(value, key, into);
        }
    }
}

std::vector<std::string> dashboard_texts(std::string_view key) {
    simdjson::dom::parser parser;
    const simdjson::padded_string text(contents_of(monitoring_file("dashboard.json")));
    std::vector<std::string> found;
    gather(parser.parse(text).value(), key, found);
    return found;
}

std::string with_values(const std::string& expression) {
    return replaced(replaced(replaced(expression, "$__rate_interval", "5m"), "$job", "tactus"),
                    "$instance", ".*");
}

// Rules that record each of them, for promtool, which parses expressions in rules only.
std::string as_rules(const std::vector<std::string>& expressions) {
    std::string rules = "groups:\n  - name: dashboard\n    rules:\n";
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        rules += "      - record: panel:" + std::to_string(i) + "\n        expr: >-\n          " +
                 with_values(expressions[i]) + "\n";
    }
    return rules;
}

void need_in_scrape(const std::string& text) {
    for (const std::string& each : metrics_in(text)) {
        INFO(each << " in: " << text);
        CHECK(scrape_of_everything().metrics.count(each) == 1);
    }
}

// The labels that an expression or a text for people asks for.
std::set<std::string> labels_in(const std::string& text) {
    std::set<std::string> all;
    for (const char* const pattern :
         {R"re(([a-z_]+)(?:=|!=|=~|!~)")re", R"(\$labels\.([a-z]+))", R"(\{\{([a-z]+)\}\})"}) {
        for (const std::string& each : all_of(text, pattern)) {
            all.insert(each);
        }
    }
    for (const std::string& list : all_of(text, R"((?:by|on) \(([a-z, ]*)\))")) {
        for (const std::string& each : all_of(list, "([a-z]+)")) {
            all.insert(each);
        }
    }
    for (const char* const of_prometheus : {"job", "instance", "le"}) {
        all.erase(of_prometheus);
    }
    return all;
}

std::set<std::string> labels_of_all() {
    std::set<std::string> all;
    for (const auto& [name, metric] : scrape_of_everything().metrics) {
        for (const auto& [label, values] : metric.labels) {
            all.insert(label);
        }
    }
    return all;
}

void need_labels(const std::string& text) {
    const std::set<std::string> known = labels_of_all();
    for (const std::string& each : labels_in(text)) {
        INFO(each << " in: " << text);
        CHECK(known.count(each) == 1);
    }
}

} // namespace

TEST_CASE("promtool takes the alerts, and they pass their tests") {
    const finished checked = promtool({"check", "rules", monitoring_file("alerts.yml"),
                                       monitoring_file("alerts-opening-hours.yml")});
    INFO(checked.out << checked.err);
    CHECK(checked.code == 0);

    const finished tested = promtool({"test", "rules", monitoring_file("alerts_test.yml")});
    INFO(tested.out << tested.err);
    CHECK(tested.code == 0);
}

TEST_CASE("each alert has a test in which it fires") {
    const std::string tests = contents_of(monitoring_file("alerts_test.yml"));
    for (const char* const file : {"alerts.yml", "alerts-opening-hours.yml"}) {
        for (const std::string& each :
             all_of(contents_of(monitoring_file(file)), R"(- alert: (\w+))")) {
            INFO(each);
            CHECK(tests.find("alertname=\"" + each + "\"") != std::string::npos);
        }
    }
}

TEST_CASE("promtool takes the scrape snippet, with the rules where they are installed") {
    const temp_dir folder;
    const std::string snippet =
        replaced(replaced(contents_of(monitoring_file("prometheus.yml")),
                          "/usr/share/tactus/monitoring/", monitoring_file("")),
                 "# - ", "- ");
    REQUIRE(snippet.find("- " + monitoring_file("alerts-opening-hours.yml")) != std::string::npos);

    const finished checked = promtool({"check", "config", folder.write("prometheus.yml", snippet)});

    INFO(checked.out << checked.err);
    CHECK(checked.code == 0);
    CHECK(checked.out.find("2 rule files found") != std::string::npos);
}

TEST_CASE("a daemon has what the alerts ask for") {
    for (const char* const file : {"alerts.yml", "alerts-opening-hours.yml"}) {
        std::istringstream lines(contents_of(monitoring_file(file)));
        for (std::string line; std::getline(lines, line);) {
            if (line.find('#') == std::string::npos) {
                need_in_scrape(line);
                need_labels(line);
            }
        }
    }
}

TEST_CASE("each expression of the dashboard can be parsed, and a daemon has what it asks for") {
    const std::vector<std::string> expressions = dashboard_texts("expr");
    REQUIRE(expressions.size() > 30);
    const temp_dir folder;

    const finished checked =
        promtool({"check", "rules", folder.write("dashboard.yml", as_rules(expressions))});

    INFO(checked.out << checked.err);
    CHECK(checked.code == 0);
    for (const std::string& each : expressions) {
        CHECK_FALSE(metrics_in(each).empty());
        need_in_scrape(each);
        need_labels(each);
    }
    for (const char* const key : {"legendFormat", "definition"}) {
        for (const std::string& each : dashboard_texts(key)) {
            need_in_scrape(each);
            need_labels(each);
        }
    }
}

TEST_CASE("promtool does not take an expression that is wrong, and a metric is missed") {
    const temp_dir folder;
    const finished checked = promtool(
        {"check", "rules",
         folder.write("bad.yml",
                      as_rules({"rate(tactus_ready[$__rate_interval])", "rate(tactus_ready)"}))});

    CHECK(checked.code != 0);
    CHECK(scrape_of_everything().metrics.count("tactus_no_such_metric") == 0);
    CHECK(metrics_in("x(tactus_a_seconds_bucket{b=\"c\"}) / process_d") ==
          std::set<std::string>{"tactus_a_seconds", "process_d"});
    CHECK(labels_in("sum by (output, le) (x{state=\"down\", job=~\"y\"}) {{reason}}") ==
          std::set<std::string>{"output", "state", "reason"});
}

TEST_CASE("the values of labels that alerts and dashboard name are those that a daemon has") {
    std::string texts = contents_of(monitoring_file("alerts.yml"));
    for (const std::string& each : dashboard_texts("expr")) {
        texts += each + "\n";
    }
    const auto has = [](const std::string& label, const std::string& value) {
        const auto& metrics = scrape_of_everything().metrics;
        return std::any_of(metrics.begin(), metrics.end(), [&](const auto& each) {
            const auto found = each.second.labels.find(label);
            return found != each.second.labels.end() && found->second.count(value) == 1;
        });
    };
    for (const char* const label : {"reason", "state", "level", "result"}) {
        for (const std::string& list :
             all_of(texts, std::string("\\b") + label + R"re((?:=|!=|=~|!~)"([a-z_|]+)")re")) {
            for (const std::string& value : all_of(list, "([a-z_]+)")) {
                INFO(label << " " << value);
                CHECK(has(label, value));
            }
        }
    }
}

TEST_CASE("cmake installs what monitors the daemon") {
    const temp_dir folder;
    const finished installed = run({TACTUS_CMAKE, "--install", TACTUS_BUILD, "--component",
                                    "monitoring", "--prefix", folder.path()});
    INFO(installed.out << installed.err);
    REQUIRE(installed.code == 0);

    for (const char* const name :
         {"alerts.yml", "alerts-opening-hours.yml", "dashboard.json", "prometheus.yml"}) {
        CHECK(contents_of(folder.path("share/tactus/monitoring/") + name) ==
              contents_of(monitoring_file(name)));
    }
}
