// SPDX-License-Identifier: MIT
// The recipes of config/translation.md: each one's routes are loaded as they stand there, get the
// events of its "in" lines, and have to give exactly its "out" lines.
#include "tests/kernel/daemon/route_case.hpp"

#include "tests/support/catch.hpp"

#include <fstream>
#include <sstream>

using namespace tactus::test;
using strings = std::vector<std::string>;

namespace {

struct recipe {
    std::string name;
    std::string routes;
    strings events;
};

constexpr std::int64_t wait_ms = 2000;

std::vector<recipe> recipes() {
    std::ifstream file(TACTUS_TRANSLATION_PAGE);
    REQUIRE(file.good());
    std::vector<recipe> all;
    std::string fence;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("### ")) {
            all.push_back({line.substr(4), {}, {}});
        } else if (line.starts_with("```")) {
            fence = fence.empty() ? line.substr(3) : "";
        } else if (!all.empty() && fence == "toml") {
            all.back().routes += line + "\n";
        } else if (!all.empty() && fence == "text") {
            all.back().events.push_back(line);
        }
    }
    return all;
}

bool makes_midi(const recipe& of) {
    const auto says_midi = [](const std::string& line) {
        return line.starts_with("out") && line.find("MIDI ") != line.npos;
    };
    return std::any_of(of.events.begin(), of.events.end(), says_midi);
}

// After each event all that it leads to is waited for.
strings played(const recipe& of) {
    route_case test(of.routes, makes_midi(of) ? route_case::midi : route_case::osc);
    strings said;
    for (const std::string& line : of.events) {
        if (!line.starts_with("in  ")) {
            continue;
        }
        said.push_back(line);
        for (const std::string& each : test.send(line.substr(4))) {
            said.push_back("out " + each);
        }
        for (const std::string& each : test.wait(wait_ms)) {
            said.push_back("out " + each);
        }
    }
    return said;
}

} // namespace

TEST_CASE("there are ten recipes, each with routes and events") {
    const std::vector<recipe> all = recipes();

    CHECK(all.size() == 10);
    for (const recipe& each : all) {
        INFO(each.name);
        CHECK_FALSE(each.routes.empty());
        CHECK(each.events.size() >= 2);
    }
}

TEST_CASE("every recipe does what it says") {
    for (const recipe& each : recipes()) {
        INFO(each.name);
        CHECK(played(each) == each.events);
    }
}
