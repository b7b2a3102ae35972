// SPDX-License-Identifier: MIT
// What the page of metrics calls tactus_plugin_* itself, no plugin can call its own.
#include "kernel/host/plugin_metrics.hpp"
#include "kernel/metrics/families.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace tactus;

namespace {

using made_metric = std::pair<std::uint32_t, std::string>;

// Of the last one that is created; empty if it is taken.
std::string refusal_of_last(const std::vector<made_metric>& all) {
    host::plugin_metrics of_plugin;
    std::uint32_t made = 0;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        REQUIRE(of_plugin.create(all[i].first, all[i].second, "A help.", made) == TACTUS_OK);
    }
    const tactus_status last =
        of_plugin.create(all.back().first, all.back().second, "A help.", made);
    CHECK(last == (of_plugin.refusal() == nullptr ? TACTUS_OK : TACTUS_E_INVALID));
    return of_plugin.refusal() == nullptr ? "" : of_plugin.refusal();
}

} // namespace

TEST_CASE("no metric has the name of a histogram's series, in either order") {
    const made_metric histogram{TACTUS_METRIC_HISTOGRAM, "h_seconds"};
    for (const char* const name : {"h_seconds_bucket", "h_seconds_sum", "h_seconds_count"}) {
        INFO(name);
        const made_metric other{TACTUS_METRIC_GAUGE, name};
        CHECK(refusal_of_last({histogram, other}).starts_with("a histogram NAME has"));
        CHECK(refusal_of_last({other, histogram}).starts_with("a histogram NAME has"));
    }
    CHECK(refusal_of_last({histogram, {TACTUS_METRIC_GAUGE, "h_seconds_max"}}).empty());
    CHECK(refusal_of_last(
              {{TACTUS_METRIC_GAUGE, "h_seconds"}, {TACTUS_METRIC_GAUGE, "h_seconds_count"}})
              .empty());
}

TEST_CASE("a name that is taken is refused with what differs") {
    const made_metric lost{TACTUS_METRIC_GAUGE, "lost{reason=\"a\"}"};
    CHECK(refusal_of_last({lost, lost}) == "its name is taken");
    CHECK(refusal_of_last({lost, {TACTUS_METRIC_GAUGE, "lost{reason=\"b\"}"}}).empty());
    CHECK(refusal_of_last({lost, {TACTUS_METRIC_GAUGE, "lost{cause=\"b\"}"}}) ==
          "its name is taken with another label");
    CHECK(refusal_of_last(
              {{TACTUS_METRIC_GAUGE, "w_seconds"}, {TACTUS_METRIC_HISTOGRAM, "w_seconds"}}) ==
          "its name is taken by one of another kind");
}

TEST_CASE("the label of a histogram's buckets is refused to histograms") {
    CHECK(refusal_of_last({{TACTUS_METRIC_HISTOGRAM, "h_seconds{le=\"a\"}"}}) ==
          "a histogram's buckets have the label le");
    CHECK(refusal_of_last({{TACTUS_METRIC_GAUGE, "h{le=\"a\"}"}}).empty());
}

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
        CHECK(
            of_plugin.create(name.ends_with("_total") ? TACTUS_METRIC_COUNTER : TACTUS_METRIC_GAUGE,
                             name, "A help.", made) == TACTUS_E_INVALID);
        CHECK(of_plugin.refusal() == std::string("its name is the daemon's own"));
    }
    CHECK(own >= 6);
}
