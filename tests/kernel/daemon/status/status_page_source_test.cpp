// SPDX-License-Identifier: MIT
// What the status page is told of the daemon: each row by its number, however they are ordered.
#include "kernel/daemon/status/status_page_source.hpp"

#include "tests/kernel/metrics/full_snapshot.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

#include <string>
#include <vector>

using namespace tactus;
namespace page = tactus::metrics::page;

namespace {

constexpr std::int64_t s = 1'000'000'000;

// The file's inputs are 0 and 2, its outputs 1 and 0, in this order of the rows.
struct moment_case {
    moment_case() {
        clock.set_ns(500 * s);
        now.taken.name = "stage";
        now.taken.inputs = {testing::full_input("desk"), testing::full_input("keys")};
        now.taken.inputs[0].number = 0;
        now.taken.inputs[1].number = 2;
        now.taken.outputs = {testing::full_output("organ"), testing::full_output("lamp")};
        now.taken.outputs[0].number = 1;
        now.taken.outputs[1].number = 0;
        now.taken.outputs[1].ports[1].down_since_ns = 440 * s;
        now.taken.routes = {{"melody", 3, {}, 0, false}};
        now.ready.missing = {{"lamp", "It is away.", 440 * s}, {"desk", "It does not run."}};
        now.details.now_unix_ns = clock.unix_ns();
        now.details.inputs.resize(2);
        now.details.outputs.resize(2);
        now.details.outputs[1].dropped_by.add(flow::dropped::too_late, 2);
        now.details.routes_per_s = {12.5};
        config::route_settings route;
        route.inputs = {2, 7};
        route.outputs = {0, 1};
        settings.routes = {route};
    }
    [[nodiscard]] page::view view() const {
        return daemon::make_view(now, settings, daemon::phase::running, clock);
    }

    testing::manual_clock clock;
    daemon::overview::moment now;
    config::settings settings;
};

} // namespace

TEST_CASE("a route leads to the rows that have its numbers") {
    const page::view made = moment_case().view();

    REQUIRE(made.routes.size() == 1);
    CHECK(made.routes[0].name == "melody");
    CHECK(made.routes[0].from == std::vector<std::size_t>{1}); // the other is gone
    CHECK(made.routes[0].to == std::vector<std::size_t>{1, 0});
    CHECK(made.routes[0].per_s == 12.5);
}

TEST_CASE("moments of the host clock are shown as wall time, unknown ones are not") {
    const moment_case test;
    const page::view made = test.view();

    REQUIRE(made.missing.size() == 2);
    CHECK(made.missing[0].since_unix_ns == test.clock.unix_ns() - 60 * s);
    CHECK(made.missing[1].since_unix_ns == 0);
    CHECK(made.outputs[1].ports[1].since_unix_ns == test.clock.unix_ns() - 60 * s);
    CHECK(made.state == "running");
}

TEST_CASE("each reason that ever occurred has a line, with what happened lately") {
    const page::view made = moment_case().view();

    std::size_t late = 0;
    for (const page::loss_line& each : made.losses) {
        CHECK(each.total > 0);
        CHECK_FALSE(each.cure.empty());
        if (each.name == "lamp" && each.reason == "too_late") {
            CHECK(each.kind == page::loss_kind::dropped);
            CHECK(each.lately == 2);
            CHECK(each.total == 3);
            ++late;
        }
    }
    CHECK(late == 1);
}
