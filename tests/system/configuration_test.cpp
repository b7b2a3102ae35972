// SPDX-License-Identifier: MIT
// Configurations through the real program: exit codes, and errors that only a plugin can know.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"

using namespace tactus::test;

namespace {

finished check(const temp_dir& folder, const std::string& text) {
    return run({tactus_program, "check", folder.write("test.toml", text)});
}

const char* good = R"(
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

} // namespace

TEST_CASE("a configuration in order is called so, with exit code 0") {
    const temp_dir folder;

    const finished done = check(folder, good);

    INFO(done.err);
    CHECK(done.code == 0);
    CHECK(done.out.find("is in order") != std::string::npos);
}

TEST_CASE("a broken configuration is refused with 78 by check and by run, with all its errors") {
    const temp_dir folder;
    const std::string text = std::string(good) + "\n[limitz]\n[log]\nlevel = \"loud\"\n";

    const finished checked = check(folder, text);
    const finished ran = run({tactus_program, "run", folder.path("test.toml")});

    CHECK(checked.code == 78);
    CHECK(ran.code == 78);
    CHECK(checked.err.find("limitz") != std::string::npos);
    CHECK(checked.err.find("loud") != std::string::npos);
    CHECK(ran.err == checked.err);
}

TEST_CASE("what only the plugin knows is said at the line of the option") {
    const temp_dir folder;

    const finished done = check(folder, R"([[input]]
name = "desk"
type = "osc"
listen = "udp://0.0.0.0:9100"
[[output]]
name = "sink"
type = "memory"
[[route]]
from = "desk"
to = "sink"
)");

    INFO(done.err);
    CHECK(done.code == 78);
    CHECK(done.err.find("test.toml:4:10: error:") != std::string::npos);
    CHECK(done.err.find("open = true") != std::string::npos);
}

TEST_CASE("a file that is not there is a configuration error") {
    const finished done = run({tactus_program, "run", "/no/such/file.toml"});

    CHECK(done.code == 78);
    CHECK(done.err.find("/no/such/file.toml") != std::string::npos);
}

TEST_CASE("a wrong command line ends with 2") {
    CHECK(run({tactus_program, "runn", "x.toml"}).code == 2);
    CHECK(run({tactus_program}).code == 2);
    CHECK(run({tactus_program, "--help"}).code == 0);
}

TEST_CASE("the doctor measures, and says what to do about each finding that is not good") {
    const finished text = run({tactus_program, "doctor"});
    const finished json = run({tactus_program, "doctor", "--json"});

    CHECK(text.code == 0);
    CHECK(text.out.find("wake-ups") != std::string::npos);
    for (const std::string subject :
         {"real time", "memory", "processor", "MIDI devices", "clock"}) {
        CHECK(text.out.find(subject) != std::string::npos);
    }
    CHECK(json.code == 0);
    CHECK(json.out.find("\"p99_ns\":") != std::string::npos);
}
