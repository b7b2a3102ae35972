// SPDX-License-Identifier: MIT
// The demonstration as a newcomer sees it: what packaging/run starts once it has built, and the
// line that it offers to try.
#include "tests/docs/here.hpp"
#include "tests/support/catch.hpp"

#include <csignal>
#include <regex>

using namespace tactus::docs;
using namespace tactus::test;

namespace {

process::options with_plugins() {
    process::options with;
    with.environment = {"TACTUS_PLUGIN_PATH=" DOCS_PLUGINS};
    return with;
}

std::vector<std::string> show_demo(const std::string& seconds) {
    return {TACTUS_PROGRAM, "run", "--show", "--seconds", seconds, DOCS_ROOT "/config/demo.toml"};
}

std::string first_match(const std::string& text, const std::string& pattern) {
    std::smatch found;
    return std::regex_search(text, found, std::regex(pattern)) ? found[1].str() : "";
}

} // namespace

TEST_CASE("the demonstration is what packaging/run starts") {
    const std::string script = contents_of(DOCS_ROOT "/packaging/run");

    CHECK(script.find("tactus run --show \"$config\"") != std::string::npos);
    CHECK(script.find("config=config/demo.toml") != std::string::npos);
}

TEST_CASE("three seconds of the demonstration show what is sent, and end with 0") {
    const finished ran = run(show_demo("3"), with_plugins());

    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.out.find("http://127.0.0.1:9464/metrics") != std::string::npos);
    CHECK_FALSE(first_match(ran.out, "(oscsend [^\n]+)").empty());
    CHECK_FALSE(first_match(ran.out, "(-> osc-out +/pulse/note_on [^\n]+)").empty());
    CHECK_FALSE(first_match(ran.out, "osc-out +([1-9][0-9]*) sent").empty());
}

TEST_CASE("the offered line, pasted into a shell, is seen in the output") {
    process demo(show_demo("60"), with_plugins());
    REQUIRE(demo.says("oscsend "));
    REQUIRE(demo.says(" -> ")); // it runs
    const std::string line = first_match(demo.out(), "(oscsend [^\n]+)");
    const std::string address = first_match(line, " (/[^ ]+)");
    REQUIRE_FALSE(address.empty());
    const std::string shown = "-> osc-out  " + address + " ";
    REQUIRE(demo.out().find(shown) == std::string::npos);

    const finished pasted = run({"bash", "-c", line});

    INFO(line << "\n" << pasted.err);
    CHECK(pasted.code == 0);
    CHECK(demo.says(shown));
    INFO(demo.out() << demo.err());
    demo.signal(SIGINT);
    CHECK(demo.wait() == 0);
}
