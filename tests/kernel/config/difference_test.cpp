// SPDX-License-Identifier: MIT
#include "kernel/config/difference.hpp"

#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>

namespace tactus::config::test {
namespace {

using Catch::Matchers::StartsWith;

settings load(const std::string& text) {
    auto outcome = load_text(text, "test.toml", plugins());
    if (!outcome) {
        FAIL(render(outcome.error().found, outcome.error().sources, "x"));
    }
    return std::move(outcome->settings);
}

std::string instance(const std::string& kind, const std::string& name, const std::string& more = {},
                     const std::string& type = "memory") {
    return "[[" + kind + "]]\nname = \"" + name + "\"\ntype = \"" + type + "\"\n" + more + "\n";
}

std::string route(const std::string& from, const std::string& to, const std::string& more = {}) {
    return "[[route]]\nfrom = \"" + from + "\"\nto = \"" + to + "\"\n" + more + "\n";
}

const std::string two_desks = instance("input", "desk") + instance("input", "pads") +
                              instance("output", "organ") + instance("output", "lights") +
                              route("desk", "organ") + route("pads", "lights");

difference between(const std::string& running, const std::string& file) {
    return compare(load(running), load(file));
}

change output_change(const std::string& before, const std::string& after) {
    const std::string rest = instance("input", "desk") + route("desk", "organ");
    return between(instance("output", "organ", before) + rest,
                   instance("output", "organ", after) + rest)
        .outputs.at(0)
        .what;
}

change input_change(const std::string& before, const std::string& after) {
    const std::string rest = instance("output", "organ") + route("desk", "organ");
    return between(instance("input", "desk", before) + rest,
                   instance("input", "desk", after) + rest)
        .inputs.at(0)
        .what;
}

std::vector<std::string> refusals(const std::string& before, const std::string& after) {
    return between(small_file{.top = before}.text(), small_file{.top = after}.text()).refusals;
}

TEST_CASE("the same file again, laid out otherwise, changes nothing") {
    const difference found = between(two_desks, "# a comment\n\n" + two_desks + "\n");

    CHECK(found.is_empty());
    CHECK(found.inputs.size() == 2);
}

TEST_CASE("inputs and outputs are found by name, wherever they are in the file") {
    const difference found =
        between(two_desks, instance("input", "pads") + instance("output", "lights") +
                               instance("input", "desk") + instance("output", "organ") +
                               route("desk", "organ") + route("pads", "lights"));

    CHECK(found.is_empty());
    CHECK(found.inputs.at(0).before == 1);
    CHECK(found.outputs.at(1).before == 0);
}

TEST_CASE("what is new is opened, what is gone is closed") {
    const difference found =
        between(two_desks, instance("input", "desk") + instance("output", "organ") +
                               instance("output", "choir") + route("desk", "organ") +
                               route("desk", "choir"));

    CHECK(found.inputs.at(0).what == change::kept);
    CHECK(found.closed_inputs == std::vector<std::uint16_t>{1});
    CHECK(found.outputs.at(1).what == change::opened);
    CHECK(found.closed_outputs == std::vector<std::uint16_t>{1});
    CHECK(found.has_new_routes);
}

TEST_CASE("an output of another type is another output, although it has the name") {
    const std::string rest = instance("input", "desk") + route("desk", "organ");

    const difference found = between(instance("output", "organ") + rest,
                                     instance("output", "organ", "port = \"x\"", "midi") + rest);

    CHECK(found.outputs.at(0).what == change::opened);
    CHECK(found.closed_outputs == std::vector<std::uint16_t>{0});
    CHECK(found.has_new_routes);
}

TEST_CASE("an option of the plugin restarts its instance, and the daemon's own do not") {
    CHECK(output_change("", "capacity = \"1KiB\"") == change::restarted);
    CHECK(output_change("", "stall_limit = \"2s\"") == change::restarted);
    CHECK(output_change("", "restart = { first = \"1s\" }") == change::restarted);
    CHECK(output_change("", "precision = \"spin\"") == change::restarted);
    CHECK(output_change("", "late = \"drop\"") == change::adjusted);
    CHECK(output_change("", "required = true") == change::adjusted);
    CHECK(output_change("", "queue = { pending = 100 }") == change::adjusted);
    CHECK(output_change("capacity = 4096", "") == change::kept); // the default
    CHECK(input_change("", "capacity = \"1KiB\"") == change::restarted);
    CHECK(input_change("", "rate = \"10/s\"") == change::adjusted);
    CHECK(input_change("", "clock = \"sender\"") == change::adjusted);
    CHECK(input_change("", "dispatch = \"osc1\"") == change::adjusted);
    CHECK(input_change("", "pending = 100") == change::adjusted);
}

TEST_CASE("a default of the file adjusts the outputs that follow it") {
    const difference found =
        between(small_file{}.text(), small_file{.top = "[time]\nlate = \"drop\""}.text());

    CHECK(found.outputs.at(0).what == change::adjusted);
    CHECK(found.sections == std::vector<std::string>{"[time]"});
    CHECK(found.refusals.empty());
}

TEST_CASE("an output that a route begins to need, or needs no more, is restarted") {
    const std::string ends =
        instance("input", "desk") + instance("output", "organ") + instance("output", "lights");

    CHECK(between(ends + route("desk", "organ"),
                  ends + route("desk", "organ") + route("desk", "lights"))
              .outputs.at(1)
              .what == change::restarted);
}

TEST_CASE("routes are compared by what they say") {
    const auto is_new = [](const std::string& before, const std::string& after) {
        const std::string ends = instance("input", "desk") + instance("output", "organ");
        return between(ends + route("desk", "organ", before), ends + route("desk", "organ", after))
            .has_new_routes;
    };
    CHECK_FALSE(is_new("match = { address = \"/a\" }", "match={address=\"/a\"} # the same"));
    CHECK(is_new("match = { address = \"/a\" }", "match = { address = \"/b\" }"));
    CHECK(is_new("", "throttle = \"10ms\""));
    CHECK(is_new("throttle = \"10ms\"", "throttle = \"20ms\""));
    const std::string ends = two_desks;
    CHECK(between(ends, ends + route("desk", "lights")).has_new_routes);
}

TEST_CASE("what needs a new start is refused in a sentence each") {
    struct refused_setting {
        const char* name;
        const char* line;
    };
    const auto each = GENERATE(Catch::Generators::values<refused_setting>({
        {"name", "name = \"other\""},
        {"[time] realtime", "[time]\nrealtime = \"off\""},
        {"[time] spin_budget", "[time]\nspin_budget = 0.5"},
        {"[limits] pending", "[limits]\npending = 10000"},
        {"[limits] memory", "[limits]\nmemory = \"32MiB\""},
        {"[metrics] enabled", "[metrics]\nenabled = false"},
        {"[metrics] listen", "[metrics]\nlisten = \"127.0.0.1:9999\""},
        {"[control]", "[control]\nenabled = false"},
    }));
    CAPTURE(each.name);

    const std::vector<std::string> found = refusals("", each.line);

    REQUIRE(found.size() == 1);
    CHECK_THAT(found[0], StartsWith(std::string(each.name) + " cannot change"));
}

TEST_CASE("what applies to a running daemon is not refused") {
    for (const char* const section :
         {"[time]\nmax_ahead = \"1m\"\nhandover = \"3ms\"", "[limits]\nwhen_full = \"refuse\"",
          "[safety]\npanic_address = \"/panic\"\nflush_limit = \"100ms\"\ncircle_guard = false",
          "[metrics]\nallowed_hosts = [\"hall\"]", "[log]\nlevel = \"debug\"\nformat = \"json\""}) {
        const difference found = between(small_file{}.text(), small_file{.top = section}.text());
        CAPTURE(section);
        CHECK(found.refusals.empty());
        CHECK(found.sections.size() == 1);
    }
}

TEST_CASE("numbers of a running daemon stay, and those that are vacant are nobody's") {
    settings running = load(two_desks);
    settings file =
        load(instance("input", "pads") + instance("output", "lights") +
             instance("output", "choir") + route("pads", "lights") + route("pads", "choir"));
    const std::array<std::uint16_t, 1> inputs = {1};
    const std::array<std::uint16_t, 2> outputs = {1, 2};

    renumber(file, inputs, outputs);

    CHECK(file.inputs.at(0).is_vacant());
    CHECK(file.inputs.at(1).name == "pads");
    CHECK(file.outputs.at(0).is_vacant());
    CHECK(file.outputs.at(2).name == "choir");
    CHECK(file.routes.at(1).inputs == std::vector<std::uint16_t>{1});
    CHECK(file.routes.at(1).outputs == std::vector<std::uint16_t>{2});
    const difference back = compare(file, running);
    CHECK(back.inputs.at(0).what == change::opened); // the desk is there again
    CHECK(back.inputs.at(1).what == change::kept);
    CHECK(back.closed_inputs.empty());
    CHECK(back.closed_outputs == std::vector<std::uint16_t>{2});
}

} // namespace
} // namespace tactus::config::test
