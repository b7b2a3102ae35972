// SPDX-License-Identifier: MIT
#include "kernel/control/reload_report.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::control;

TEST_CASE("a reload's result is read, as far as it is there") {
    const reload_report read = read_reload(
        R"({"dry_run":true,"file":"a.toml","kept":["desk"],"changed":[],"restarted":["organ"],)"
        R"("opened":["choir"],"closed":["old"],"routes_changed":true,"sections":["[log]"],)"
        R"("down":[{"name":"choir","why":"away"}],"check":{"errors":0,"warnings":3},"more":1})");

    CHECK(read.is_dry);
    CHECK(read.file == "a.toml");
    CHECK(read.kept == std::vector<std::string>{"desk"});
    CHECK(read.changed.empty());
    CHECK(read.restarted == std::vector<std::string>{"organ"});
    CHECK(read.opened == std::vector<std::string>{"choir"});
    CHECK(read.closed == std::vector<std::string>{"old"});
    CHECK(read.sections == std::vector<std::string>{"[log]"});
    CHECK(read.has_new_routes);
    REQUIRE(read.down.size() == 1);
    CHECK(read.down[0].why == "away");
    CHECK(read.errors == 0);
    CHECK(read.warnings == 3);
}

TEST_CASE("what is no result of a reload reads as nothing") {
    for (const char* const text : {"", "[]", "{\"kept\":3,\"check\":1}", "{\"kept\":[1,{}]}"}) {
        CAPTURE(text);
        CHECK(read_reload(text).kept.empty());
        CHECK(read_reload(text).errors == 0);
    }
}
