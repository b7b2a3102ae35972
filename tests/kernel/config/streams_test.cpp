// SPDX-License-Identifier: MIT
// The limits of connections: the kernel's options, for plugins that have any.
#include "kernel/config/schema/check.hpp"
#include "kernel/config/schema/describe.hpp"
#include "kernel/config/schema/sections.hpp"
#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace tactus::config::test {
namespace {

std::string file_with(const std::string& type, const std::string& more) {
    return "[[input]]\nname = \"desk\"\ntype = \"" + type + "\"\n" + more +
           "\n[[output]]\nname = \"organ\"\ntype = \"memory\"\n[[route]]\nfrom = \"desk\"\nto = "
           "\"organ\"\n";
}

std::string errors_of(const std::string& text) {
    const auto outcome = load_text(text, "test.toml", plugins());
    return outcome ? "" : render(outcome.error().found, outcome.error().sources, text);
}

stream_settings streams_of(const std::string& more) {
    auto outcome = load_text(file_with("web", more), "test.toml", plugins());
    REQUIRE(outcome.has_value());
    return outcome->settings.inputs.at(0).streams;
}

TEST_CASE("an instance with connections has limits without asking") {
    const stream_settings made = streams_of("");

    CHECK(made.connections_max == 64);
    CHECK(made.buffer_max == 1048576);
    CHECK(made.idle_timeout_ns == 0);
}

TEST_CASE("the limits of connections are set beside the plugin's own options") {
    const stream_settings made = streams_of(
        "origins = [\"x\"]\nconnections_max = 3\nbuffer_max = \"256KiB\"\nidle_timeout = \"1m\"");

    CHECK(made.connections_max == 3);
    CHECK(made.buffer_max == 262144);
    CHECK(made.idle_timeout_ns == 60'000'000'000);
}

TEST_CASE("a limit of connections out of range is an error like any other") {
    CHECK_THAT(errors_of(file_with("web", "connections_max = 0")),
               Catch::Contains("connections_max: 0 is out of range; expected 1 to 4096"));
    CHECK_THAT(errors_of(file_with("web", "buffer_max = \"1KiB\"")),
               Catch::Contains("buffer_max") && Catch::Contains("out of range"));
    CHECK_THAT(errors_of(file_with("web", "idle_timeout = 5")),
               Catch::Contains("idle_timeout") && Catch::Contains("add a unit"));
    CHECK_THAT(errors_of(file_with("web", "conections_max = 5")),
               Catch::Contains("did you mean \"connections_max\"?"));
}

TEST_CASE("an instance without connections has no such keys") {
    CHECK_THAT(errors_of(file_with("memory", "connections_max = 3")),
               Catch::Contains("connections_max"));
}

TEST_CASE("a plugin with connections cannot declare the limits itself, another can") {
    const auto has = [](const tactus_descriptor& plugin) {
        const std::vector<std::string_view> taken = keys_beside(plugin, TACTUS_KIND_INPUT);
        return std::count(taken.begin(), taken.end(), "idle_timeout") == 1;
    };

    CHECK(has(web()));
    CHECK_FALSE(has(memory()));
}

TEST_CASE("help, sample and JSON say that there are limits of connections") {
    CHECK_THAT(describe_text(web()),
               Catch::Contains("limits of its connections") && Catch::Contains("idle_timeout"));
    CHECK_THAT(describe_text(memory()), !Catch::Contains("idle_timeout"));
    CHECK_THAT(sample_toml(web(), TACTUS_KIND_INPUT), Catch::Contains("# buffer_max = \"1MiB\""));
    CHECK_THAT(describe_json(web()), Catch::Contains("\"has_connections\":true"));
    CHECK_THAT(describe_json(memory()), Catch::Contains("\"has_connections\":false"));
}

} // namespace
} // namespace tactus::config::test
