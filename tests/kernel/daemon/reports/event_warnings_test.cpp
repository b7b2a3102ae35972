// SPDX-License-Identifier: MIT
// What is said of single events that nobody could take: each condition once, and few in a row.
#include "kernel/daemon/reports/event_warnings.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/flow_fixture.hpp"
#include "tests/support/manual_clock.hpp"

#include <array>
#include <string>
#include <vector>

using namespace tactus;
using Catch::Matchers::Contains;

namespace {

struct warned_case {
    warned_case() {
        for (const char* name : {"keys", "page"}) {
            settings.inputs.emplace_back().name = name;
        }
        for (const char* name : {"desk", "organ"}) {
            settings.outputs.emplace_back().name = name;
        }
        settings.routes.emplace_back().outputs = {0, 1};
        settings.routes.back().where.line = 12;
    }
    void refuse(std::uint16_t output, std::string_view address) {
        warnings.unsupported(0, output, address, "no such address");
    }
    // Lines come in order: what was written before `mark` is all there was.
    std::vector<std::string> lines() {
        log.error(base::log_event::plugin, "mark");
        std::vector<std::string> read;
        for (std::string line = pipe.read_line(); line.find("mark") == std::string::npos;
             line = pipe.read_line()) {
            read.push_back(line);
        }
        return read;
    }

    config::settings settings;
    testing::manual_clock clock;
    testing::log_pipe pipe; // outlives the log
    base::log log{pipe.settings()};
    std::vector<config::source_text> sources;
    daemon::event_warnings warnings{log, clock, settings, sources};
};

} // namespace

TEST_CASE_METHOD(warned_case, "an address that an output cannot take is told once per output") {
    refuse(0, "/a");
    refuse(0, "/a");
    refuse(1, "/a");

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 2);
    CHECK_THAT(said[0], Contains("output=desk") && Contains("input=keys") && Contains("/a"));
    CHECK_THAT(said[1], Contains("output=organ"));
}

TEST_CASE_METHOD(warned_case, "a flood of addresses costs a few lines, and other kinds none") {
    for (int i = 0; i < 100; ++i) {
        refuse(0, "/" + std::to_string(i));
    }
    CHECK(lines().size() == base::log_limit::lines_default);

    warnings.circling(1, 0, "/x", {});
    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("route=\"route 1\" route_in_line=12") && Contains("desk, organ"));

    clock.advance_ns(base::log_limit::interval_default_ns);
    refuse(0, "/later");
    CHECK_THAT(lines().back(), Contains("/later"));
}

TEST_CASE_METHOD(warned_case, "what another output took is information, and told instead") {
    warnings.taken_elsewhere(0, 0, "/a", "no such address");
    refuse(0, "/a"); // the same condition

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("that other outputs of the route take"));
}

TEST_CASE_METHOD(warned_case, "bytes that are no OSC are told once for each reason") {
    const std::array<std::uint8_t, 4> bytes{'/', 'a', 0, 0};
    warnings.refused(0, codec::osc_error::no_types, bytes);
    warnings.refused(0, codec::osc_error::no_types, bytes);
    warnings.refused(0, codec::osc_error::unknown_type, bytes);

    CHECK(lines().size() == 2);
}

TEST_CASE_METHOD(warned_case, "a route is called by its name, whatever its number is now") {
    settings.routes.front().name = "lights";
    warnings.untranslatable(0, 0, "/a", {});
    config::route_settings other;
    other.id = 7;
    settings.routes.insert(settings.routes.begin(), other); // as a reload does

    warnings.circling(1, 1, "/x", {});
    warnings.untranslatable(0, 0, "/a", {}); // another route, of which nothing was told
    warnings.untranslatable(0, 1, "/a", {});

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 3);
    CHECK_THAT(said[0], Contains("route=lights"));
    CHECK_THAT(said[1], Contains("route=lights"));
    CHECK_THAT(said[2], Contains("route=\"route 1\""));
}

TEST_CASE_METHOD(warned_case, "an output that gets the number of another has its own lines") {
    refuse(0, "/a");
    settings.outputs[0].name = "new"; // as reloads do
    refuse(0, "/a");

    CHECK(lines().size() == 2);
}

TEST_CASE_METHOD(warned_case, "of several files, the one that has the route is named") {
    sources = {{"base.toml", {}}, {"site.toml", {}}};
    settings.routes.back().where.source = 1;

    warnings.circling(1, 0, "/x", {});

    CHECK_THAT(lines().at(0), Contains("12 of site.toml"));
}
