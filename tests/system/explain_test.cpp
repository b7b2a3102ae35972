// SPDX-License-Identifier: MIT
// `tactus explain`: of a running daemon and of a file, with the reason of each route.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/unix_client.hpp"

#include <string>
#include <vector>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

const char* two_inputs = R"(
name = "hall"
[[input]]
name = "beat"
type = "pulse"
[[input]]
name = "keys"
type = "memory"
[[output]]
name = "sink"
type = "osc"
to = "udp://127.0.0.1:9"
[[output]]
name = "drums"
type = "osc"
to = "udp://127.0.0.1:10"
[[route]]
from = "beat"
address = "/synth/*"
to = "sink"
[[route]]
name = "loud"
from = ["beat", "keys"]
to = ["sink", "drums"]
match = { where = ["$3 > 90"] }
[[route]]
name = "keys-only"
from = "keys"
to = "sink"
match = { type = ["note", "cc"], channel = [1, 8] }
[[route]]
name = "as-note"
from = "beat"
to = "sink"
as = { note = "$2", velocity = "$9" }
[safety]
panic_address = "/panic"
)";

finished command(const process::options& with, std::vector<std::string> words) {
    words.insert(words.begin(), tactus_program);
    return run(std::move(words), with);
}

} // namespace

TEST_CASE("explain says of each route of a running daemon why it takes an event or not") {
    daemon_process daemon(two_inputs);
    const process::options here{{"RUNTIME_DIRECTORY=" + daemon.program().runtime_folder()}, {}};
    REQUIRE(eventually([&] {
        return command(here, {"status"}).out.find("  sink       up ") != std::string::npos ||
               command(here, {"status"}).out.find("  sink      up ") != std::string::npos;
    }));

    const finished said = command(here, {"explain", "beat", "/pulse/note_on", "1", "60", "100"});

    CHECK(said.code == 0);
    CHECK(said.err.empty());
    CHECK_THAT(said.out,
               Contains("beat  /pulse/note_on 1 60 100\n") &&
                   Contains("route 1 (line 17)    does not take it: `address`: \"/synth/*\" does "
                            "not match\n") &&
                   Contains("loud (line 21)       takes it\n") &&
                   Contains("    sink   gets  /pulse/note_on 1 60 100\n") &&
                   Contains("keys-only (line 26)  does not take it: `from`: it takes events of "
                            "keys\n") &&
                   Contains("as-note (line 31)    does not take it: `as` cannot be applied: "
                            "velocity: the message has no $9\n"));
    CHECK_THAT(command(here, {"explain", "beat", "/x", "1", "60", "50"}).out,
               Contains("`match`: where: $3 > 90 is not true"));
    CHECK_THAT(command(here, {"explain", "keys", "--midi", "99 3c 64"}).out,
               Contains("`match`: channel: it takes 1 to 8, and this is 10") &&
                   Contains("No route takes it."));
    CHECK_THAT(command(here, {"explain", "keys", "--midi", "f8"}).out,
               Contains("`match`: type: it takes note, cc, and this is clock"));
    CHECK_THAT(command(here, {"explain", "beat", "/panic"}).out, Contains("panic address"));
    CHECK_THAT(command(here, {"explain", "beat", "/x", "--json"}).out,
               Contains(R"({"input":"beat","event":{"osc":["/x"]},"routes":[{"route":"route 1")"));
    const finished unknown = command(here, {"explain", "baet", "/x"});
    CHECK(unknown.code == 1);
    CHECK_THAT(unknown.err, Contains("There is no input \"baet\"") &&
                                Contains("did you mean \"beat\"?") && Contains("beat, keys"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("explain answers from a file without a daemon") {
    const temp_dir files;
    const std::string file = files.write("hall.toml", two_inputs);

    const finished said =
        command({}, {"explain", "beat", "/synth/x", "-1", "f:2", "--config", file});

    CHECK(said.code == 0);
    CHECK_THAT(said.out, Contains("beat  /synth/x -1 2\n") && Contains("route 1 (line 17)") &&
                             Contains("takes it\n") && Contains("its protocols are unknown"));
    const std::string broken = files.write("broken.toml", "[[input]]\n");
    const finished refused = command({}, {"explain", "beat", "/x", "--config", broken});
    CHECK(refused.code == 78);
    CHECK_THAT(refused.err, Contains("broken.toml:"));
}

TEST_CASE("an explanation that is asked for in the wrong way says what was expected") {
    const temp_dir files;
    const std::string file = files.write("hall.toml", two_inputs);
    const auto refused = [&](std::vector<std::string> words, int code) {
        words.insert(words.begin(), "explain");
        const finished said = command({}, words);
        INFO(said.err);
        CHECK(said.code == code);
        return said.err;
    };

    CHECK_THAT(refused({"beat", "--config", file}, 2), Contains("an address begins with"));
    CHECK_THAT(refused({"beat", "x", "--config", file}, 2), Contains("begins with \"/\""));
    CHECK_THAT(refused({"beat", "--midi", "90 3c", "--config", file}, 2),
               Contains("not one complete MIDI message"));
    CHECK_THAT(refused({"beat", "/x", "--midi", "f8"}, 2), Contains("--midi"));
    CHECK_THAT(refused({}, 2), Contains("INPUT"));
    CHECK_THAT(refused({"beat", "/x", "--socket", files.path("none")}, 69),
               Contains("No daemon listens at"));
}
