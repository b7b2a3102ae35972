// SPDX-License-Identifier: MIT
#include "kernel/control/status_report.hpp"
#include "tests/support/catch.hpp"

#include <limits>

using namespace tactus;
using namespace tactus::control;

TEST_CASE("a status is read with all that it says") {
    const auto read = read_status(
        R"({"name":"hall","version":"1","pid":7,"uptime_s":1.5,"ready":true,)"
        R"("missing":[{"name":"keys","why":"gone"}],"impaired":[],)"
        R"("config":{"path":"/a.toml","age_s":2,"changed_on_disk":true},"log_level":"info",)"
        R"("inputs":[{"name":"desk","up":true,"used":false,"received":3,"routed":2,)"
        R"("rejected":{"rate":1},"unrouted":{},"pending":0}],)"
        R"("outputs":[{"name":"synth","up":false,"used":true,"ports":[{"name":"p","up":true}],)"
        R"("accepted":9,"sent":8,"dropped":{"stop":1},"pending":4,"furthest_due_s":0.5,)"
        R"("sounding":2,"lateness_s":{"p50":0.001,"p99":0.01}}]})");

    REQUIRE(read);
    CHECK(read->name == "hall");
    CHECK(read->process == 7);
    CHECK(read->uptime_s == 1.5);
    CHECK(read->is_ready);
    REQUIRE(read->missing.size() == 1);
    CHECK(read->missing[0].why == "gone");
    CHECK(read->has_config_changed);
    REQUIRE(read->inputs.size() == 1);
    CHECK_FALSE(read->inputs[0].is_used);
    CHECK(read->inputs[0].received == 3);
    REQUIRE(read->inputs[0].rejected.size() == 1);
    CHECK(read->inputs[0].rejected[0].reason == "rate");
    REQUIRE(read->outputs.size() == 1);
    CHECK(read->outputs[0].ports[0].is_up);
    CHECK(read->outputs[0].sent == 8);
    CHECK(read->outputs[0].sounding == 2);
    CHECK(read->outputs[0].late_p99_s == 0.01);
}

TEST_CASE("a configuration of several files is named by all of them") {
    const auto path_in = [](const std::string& paths) {
        const auto read = read_status(R"({"config":{"path":"/a.toml")" + paths + "}}");
        REQUIRE(read);
        return read->config_path;
    };
    CHECK(path_in("") == "/a.toml");
    CHECK(path_in(R"(,"paths":["/a.toml"])") == "/a.toml");
    CHECK(path_in(R"(,"paths":["/a.toml","/b.toml"])") == "/a.toml + /b.toml");
    CHECK(path_in(R"(,"paths":[1])") == "/a.toml");
}

TEST_CASE("what is muted, and what the last minute was like, is read too") {
    const auto read = read_status(
        R"({"inputs":[{"name":"desk","muted":true,"received_per_s":2.5,)"
        R"("last_minute":{"rejected":{"muted":4},"unrouted":{"no_route":1}}}],)"
        R"("outputs":[{"name":"synth","muted":false,"sent_per_s":7,"next_due_s":0.25,)"
        R"("last_minute":{"dropped":{"too_late":3},"lateness_s":{"p50":0.001,"p99":0.01}}}],)"
        R"("muted_routes":[{"name":"route 2","line":9}],)"
        R"("route_names":["a","route 2",4,"c"],"routes":3})");

    REQUIRE(read);
    CHECK(read->inputs[0].is_muted);
    CHECK(read->inputs[0].received_per_s == 2.5);
    CHECK(read->inputs[0].rejected_lately[0].count == 4);
    CHECK(read->inputs[0].unrouted_lately[0].reason == "no_route");
    CHECK_FALSE(read->outputs[0].is_muted);
    CHECK(read->outputs[0].sent_per_s == 7);
    CHECK(read->outputs[0].next_due_s == 0.25);
    CHECK(read->outputs[0].dropped_lately[0].count == 3);
    CHECK(read->outputs[0].lately_p50_s == 0.001);
    CHECK(read->outputs[0].lately_p99_s == 0.01);
    CHECK(read->muted_routes == std::vector<std::string>{"route 2"});
    CHECK(read->route_names == std::vector<std::string>{"a", "route 2", "c"});
    CHECK(read->routes == 3);
}

TEST_CASE("a bound of null is above all bounds") {
    const auto read =
        read_status(R"({"outputs":[{"name":"synth","lateness_s":{"p50":0.1,"p99":null}}]})");

    REQUIRE(read);
    CHECK(read->outputs[0].late_p50_s == 0.1);
    CHECK(read->outputs[0].late_p99_s == std::numeric_limits<double>::infinity());
}

TEST_CASE("what is absent or of another type keeps its default") {
    const auto read = read_status(R"({"name":3,"outputs":[{"sent":"many"}],"inputs":{}})");

    REQUIRE(read);
    CHECK(read->name.empty());
    CHECK(read->inputs.empty());
    REQUIRE(read->outputs.size() == 1);
    CHECK(read->outputs[0].sent == 0);
    CHECK_FALSE(read->outputs[0].late_p50_s);
}

TEST_CASE("what is no object is an error") {
    CHECK_FALSE(read_status("[]"));
    CHECK_FALSE(read_status(""));
    CHECK_FALSE(read_status("{"));
}
