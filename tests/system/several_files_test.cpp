// SPDX-License-Identifier: MIT
// One configuration from several files and from --set, through the real program.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"

using namespace tactus::test;
using Catch::Contains;

namespace {

const char* base = R"(name = "base"
[metrics]
listen = "127.0.0.1:0"
[[input]]
name = "beat"
type = "pulse"
[[output]]
name = "sink"
type = "memory"
[[route]]
from = "beat"
to = "sink"
)";

struct pair_of_files {
    temp_dir folder;
    std::string first = folder.write("base.toml", base);
    std::string second = folder.write("site.toml", "name = \"site\"\n"
                                                   "[[output]]\nname = \"spare\"\n"
                                                   "type = \"memory\"\n");
};

} // namespace

TEST_CASE("check takes several files as one configuration, and options among them") {
    const pair_of_files files;

    const finished done = run({tactus_program, "check", files.first, "--set", "log.level=debug",
                               "--no-environment", files.second});

    INFO(done.err);
    CHECK(done.code == 0);
    CHECK_THAT(done.out, Contains(files.first + " + " + files.second +
                                  " is valid: 1 input, 2 outputs, 1 route\n"));
    CHECK_THAT(done.err, Contains(files.second + ":3:8: warning: no route leads to output"));
}

TEST_CASE("check --show prints each value with its origin, whatever the environment says") {
    const pair_of_files files;
    process::options with;
    with.environment = {"TACTUS_NAME=environment", "TACTUS_LOG_LEVEL=error"};

    const finished done = run({tactus_program, "check", "--show", "--no-environment", "--set",
                               "log.format=json", files.first, files.second},
                              with);

    INFO(done.err);
    CHECK(done.code == 0);
    CHECK_THAT(done.out, Contains("\nname = \"site\"  # " + files.second + ":1\n"));
    CHECK_THAT(done.out, Contains("[log]\nlevel = \"info\"   # default\n"
                                  "format = \"json\"  # --set\n"));
    CHECK_THAT(done.out, Contains("listen = \"127.0.0.1:0\"  # " + files.first + ":3\n"));
    CHECK_THAT(done.out, !Contains("is valid"));
}

TEST_CASE("an error names the file that it is in, or shows the argument") {
    const pair_of_files files;
    const std::string bad = files.folder.write("bad.toml", "[[output]]\nname = \"sink\"\nx = 1\n");

    const finished ran =
        run({tactus_program, "run", files.first, bad, "--set", "limits.pending=x"});
    const finished checked =
        run({tactus_program, "check", "--json", "--set", "nothing", files.first, bad});

    CHECK(ran.code == 78);
    CHECK_THAT(ran.err, Contains(bad + ":3:1: error: unknown setting \"x\"") &&
                            Contains("--set:1:16: error: pending: expected a whole number") &&
                            Contains("| limits.pending=x\n"));
    CHECK(checked.code == 78);
    CHECK_THAT(checked.out, Contains("{\"file\":\"--set\",\"line\":1,\"column\":1,"));
}

TEST_CASE("run takes several files, and the state names them all") {
    const pair_of_files files;
    process daemon({tactus_program, "run", files.first, files.second, "--set", "log.level=debug"});
    REQUIRE(daemon.says("The daemon is running"));
    process::options with;
    with.environment = {"RUNTIME_DIRECTORY=" + daemon.runtime_folder()};

    const finished status = run({tactus_program, "status"}, with);
    const finished json = run({tactus_program, "status", "--json"}, with);
    files.folder.write("site.toml", "name = \"later\"\n");
    const finished changed = run({tactus_program, "status"}, with);

    CHECK_THAT(status.out, Contains("file  " + files.first + " + " + files.second + ", loaded"));
    CHECK_THAT(json.out, Contains("\"path\":\"" + files.first + "\",\"paths\":[\"" + files.first +
                                  "\",\"" + files.second + "\"]"));
    CHECK_THAT(json.out, Contains("\"log_level\":\"debug\""));
    CHECK_THAT(changed.out, Contains("CHANGED on disk since"));
}
