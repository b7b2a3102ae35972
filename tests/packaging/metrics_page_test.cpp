// SPDX-License-Identifier: MIT
// config/metrics.md says what there is, and nothing else: compared with the table in the code, with
// the plugins' sources, and with a live scrape.
#include "kernel/base/connection_counts.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/metrics/families.hpp"
#include "kernel/metrics/http_refusal.hpp"
#include "tests/packaging/live_scrape.hpp"
#include "tests/packaging/monitoring_tools.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <filesystem>

using namespace tactus::test;
namespace metrics = tactus::metrics;
namespace flow = tactus::flow;

namespace {

std::string page() {
    return contents_of(std::string(TACTUS_SOURCES) + "/config/metrics.md");
}

// The rows of all tables of a section, or of the whole page; without their heads.
using row = std::vector<std::string>;
std::vector<row> rows_of(const std::string& heading = {}) {
    std::vector<row> rows;
    std::istringstream lines(page());
    bool is_in = heading.empty();
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("## ")) {
            is_in = heading.empty() || line.substr(3) == heading;
        }
        if (is_in && line.starts_with("| `")) {
            rows.push_back(all_of(line, R"(\| ?((?:[^|`]|`[^`]*`)*?) ?(?=\|))"));
        }
    }
    return rows;
}

std::string without_quotes(const std::string& cell) {
    return replaced(cell, "`", "");
}

std::map<std::string, row> metric_rows() {
    std::map<std::string, row> all;
    for (const row& each : rows_of()) {
        const std::string name = without_quotes(each[0]);
        if (name.starts_with("tactus_") || name.starts_with("process_")) {
            CHECK(all.emplace(name, each).second); // each once
        }
    }
    return all;
}

std::set<std::string> metrics_of_code() {
    std::set<std::string> all;
    for (const metrics::family& each : metrics::families()) {
        all.emplace(each.name);
    }
    return all;
}

// As the plugins' sources make them.
std::set<std::string> metrics_of_plugins() {
    std::set<std::string> all;
    const std::string folder = std::string(TACTUS_SOURCES) + "/plugins";
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string end = each.path().extension();
        if (end == ".cpp" || end == ".hpp") {
            for (const std::string& name :
                 all_of(contents_of(each.path()),
                        R"re(make_(?:counter|gauge|histogram)\(\s*"([a-z_]+))re")) {
                all.insert("tactus_plugin_" + name);
            }
        }
    }
    return all;
}

template <std::size_t N>
void compare_words(const std::string& heading, const std::array<std::string_view, N>& words) {
    std::vector<std::string> on_page;
    for (const row& each : rows_of(heading)) {
        REQUIRE(each.size() == 3);
        CHECK_FALSE(each[1].empty());
        on_page.push_back(without_quotes(each[0]));
    }
    INFO(heading);
    CHECK(on_page == std::vector<std::string>(words.begin(), words.end()));
}

// The second column: "`output`, `state`: `up`, `down`; histogram".
struct said_labels {
    std::set<std::string> names;
    std::string with_values; // the last one, if its values are listed
    std::set<std::string> values;
};
said_labels labels_of(const std::string& cell) {
    said_labels said;
    const std::regex word("`([a-z_]+)`(:?)");
    for (std::sregex_iterator at(cell.begin(), cell.end(), word), none; at != none; ++at) {
        (said.with_values.empty() ? said.names : said.values).insert((*at)[1]);
        if ((*at)[2].length() > 0) {
            said.with_values = (*at)[1];
        }
    }
    return said;
}

} // namespace

TEST_CASE("the page has each metric of the code and of the plugins, and invents none") {
    std::set<std::string> known = metrics_of_code();
    const std::set<std::string> plugins = metrics_of_plugins();
    REQUIRE(plugins.size() > 10);
    known.insert(plugins.begin(), plugins.end());
    std::set<std::string> on_page;
    for (const auto& [name, cells] : metric_rows()) {
        REQUIRE(cells.size() == 4);
        CHECK_FALSE(cells[2].empty());
        on_page.insert(name);
    }

    CHECK(on_page == known);
}

TEST_CASE("a live scrape has each metric of the code, and none that the page does not have") {
    const std::map<std::string, row> on_page = metric_rows();
    for (const std::string& each : metrics_of_code()) {
        INFO(each);
        CHECK(scrape_of_everything().metrics.count(each) == 1);
    }
    for (const auto& [name, metric] : scrape_of_everything().metrics) {
        INFO(name);
        CHECK(on_page.count(name) == 1);
    }
}

TEST_CASE("the page says which labels a metric has, which values, and what is a histogram") {
    std::map<std::string, row> on_page = metric_rows();
    for (const auto& [name, metric] : scrape_of_everything().metrics) {
        INFO(name << ": " << on_page[name][1]);
        const bool is_histogram = on_page[name][1].find("histogram") != std::string::npos;
        CHECK(is_histogram == (metric.kind == "histogram"));
        const said_labels said = labels_of(on_page[name][1]);
        for (const auto& [label, values] : metric.labels) {
            CHECK(said.names.count(label) == 1);
            if (label == said.with_values) {
                CHECK(said.values == values);
            }
        }
        const bool is_of_muted_routes = name.starts_with("tactus_route_mute"); // none is
        CHECK((is_of_muted_routes || said.names.size() == metric.labels.size()));
    }
}

TEST_CASE("the page has each reason, in the order of the code") {
    compare_words("Why an event was refused", flow::rejected_names);
    compare_words("Why an event went to no output", flow::unrouted_names);
    compare_words("Why a delivery was dropped", flow::dropped_names);
    compare_words("The results of events at a route", flow::route_result_names);
    compare_words("Why a connection was refused or ended", tactus::base::refused_names);
    compare_words("Why a request for these pages was refused", metrics::unanswered_names);
}

TEST_CASE("the page has each alert") {
    std::set<std::string> alerts;
    for (const char* const file : {"alerts.yml", "alerts-opening-hours.yml"}) {
        for (const std::string& each :
             all_of(contents_of(monitoring_file(file)), R"(- alert: (\w+))")) {
            alerts.insert(each);
        }
    }
    std::set<std::string> on_page;
    for (const row& each : rows_of("The alerts")) {
        on_page.insert(without_quotes(each.at(0)));
    }

    CHECK(on_page == alerts);
}

TEST_CASE("what no alert is raised for is what the page calls intended") {
    const std::vector<std::string> in_alert =
        all_of(contents_of(monitoring_file("alerts.yml")), R"re(reason!~"([a-z_|]+)")re");
    REQUIRE(in_alert.size() == 1);
    const std::vector<std::string> on_page =
        all_of(replaced(page(), "\n", " "), R"(Intended are ([^;]*);)");
    REQUIRE(on_page.size() == 1);

    CHECK(all_of(on_page[0], "`([a-z_]+)`") == all_of(in_alert[0], "([a-z_]+)"));
}
