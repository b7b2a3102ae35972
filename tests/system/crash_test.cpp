// SPDX-License-Identifier: MIT
// A daemon that is killed leaves notes sounding: `tactus panic --offline` ends them, and so does
// the next start. At a UDP peer; jack_crash_test.cpp does the same at a JACK port.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"
#include "tests/system/osc_bytes.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>

using namespace tactus::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

// A daemon whose input plays three notes at the peer. It can be killed and started again.
class player {
public:
    explicit player(const std::string& settings = {})
        : file_(folder_.write("hall.toml",
                              fmt::format(R"(
[metrics]
enabled = false
[safety]
{}
[[input]]
name = "scripts"
type = "stream"
listen = "unix://{}"
[[output]]
name = "organ"
type = "osc"
to = "udp://127.0.0.1:{}"
[[route]]
from = "scripts"
to = "organ"
)",
                                          settings, folder_.path("events"), organ.port()))) {}

    void start() {
        daemon = std::make_unique<process>(std::vector<std::string>{tactus_program, "run", file_},
                                           in_folder());
        REQUIRE(daemon->says("The daemon is running."));
    }
    void play() {
        const unix_client client(folder_.path("events"));
        for (const int note : {60, 64, 67}) {
            client.write(fmt::format("{{\"note\": {}, \"for\": \"5m\"}}\n", note));
            const std::optional<arrival> came = organ.receive(20s);
            REQUIRE(came);
            REQUIRE(came->bytes == osc("/midi/scripts/note_on", {1, note, 100}));
        }
        end(SIGKILL);
    }
    int end(int number) {
        daemon->signal(number);
        return daemon->wait().value_or(-1);
    }
    [[nodiscard]] finished panic(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {tactus_program, "panic", "--offline"});
        return run(std::move(more), in_folder());
    }
    void expect_ends() {
        for (const int note : {60, 64, 67}) {
            const std::optional<arrival> came = organ.receive(20s);
            REQUIRE(came);
            CHECK(came->bytes == osc("/midi/scripts/note_off", {1, note, 64}));
        }
    }
    [[nodiscard]] std::string path(const std::string& name) const { return folder_.path(name); }
    [[nodiscard]] std::string state() const { return folder_.path("run/sounding"); }

    udp_peer organ;
    std::unique_ptr<process> daemon;

private:
    [[nodiscard]] process::options in_folder() const {
        return {{"RUNTIME_DIRECTORY=" + folder_.path("run")}, {}};
    }
    temp_dir folder_;
    std::string file_;
};

} // namespace

TEST_CASE("notes of a killed daemon are ended without one, once") {
    player of;
    of.start();
    of.play();

    const finished ended = of.panic();

    INFO(ended.err);
    CHECK(ended.out == "Ended 3 notes and pedals.\n");
    CHECK(ended.err.find("on a signal") == std::string::npos);
    CHECK(ended.code == 0);
    of.expect_ends();
    const finished again = of.panic();
    CHECK(again.out == "No daemon has left notes that sound.\n");
    CHECK(again.code == 0);
}

TEST_CASE("notes of a killed daemon are ended by the next start, which says so") {
    player of;
    of.start();
    of.play();

    of.start();

    of.expect_ends();
    CHECK_THAT(of.daemon->err(), Contains("An earlier run could not end all notes and pedals"));
    CHECK(of.end(SIGTERM) == 0);
    of.start();
    CHECK_THAT(of.daemon->err(), !Contains("An earlier run"));
    CHECK(of.end(SIGTERM) == 0);
}

TEST_CASE("after a clean stop nothing is left to end") {
    player of;
    of.start();
    CHECK(of.end(SIGTERM) == 0);

    CHECK(of.panic().out == "No daemon has left notes that sound.\n");
}

TEST_CASE("while a daemon runs, an offline panic is refused and says what to do") {
    player of;
    of.start();

    const finished refused = of.panic();

    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, Contains("is in use") && Contains("`tactus panic` without --offline"));
    CHECK(of.end(SIGTERM) == 0);
}

TEST_CASE("without a file there is nothing to end, and a file of something else is left alone") {
    player of;
    CHECK(of.panic().code == 69);
    CHECK(of.panic({"--state", of.path("none")}).code == 69);
    std::ofstream(of.path("letter")) << "Dear Sir or Madam";
    const finished refused = of.panic({"--state", of.path("letter")});
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, Contains("was not written by tactus"));
}

TEST_CASE("a file that is cut off or damaged is ignored, and the daemon says so and runs") {
    const bool is_cut_off = GENERATE(true, false);
    player of;
    of.start();
    of.play();
    if (is_cut_off) {
        std::filesystem::resize_file(of.state(), 1000);
    } else {
        std::fstream file(of.state());
        file.seekp(8); // the version
        file.put('\x7F');
    }

    of.start();

    CHECK_THAT(of.daemon->err(), Contains("The record of an earlier run cannot be used"));
    CHECK(of.end(SIGTERM) == 0);
}

TEST_CASE("the file may be at a path of its own, or nowhere") {
    const temp_dir elsewhere;
    const bool is_off = GENERATE(true, false);
    player of(is_off ? "state = \"off\"" : "state = \"" + elsewhere.path("kept") + "\"");
    of.start();
    of.play();
    CHECK_FALSE(std::filesystem::exists(of.state()));

    const finished ended = of.panic({"--state", elsewhere.path("kept")});

    CHECK(ended.code == (is_off ? 69 : 0));
    if (!is_off) {
        of.expect_ends();
    }
}

TEST_CASE("an output that the configuration lost is named, and keeps its notes in the file") {
    player of;
    of.start();
    of.play();
    const std::string other = of.path("other.toml");
    std::ofstream(other)
        << "[[input]]\nname = \"beat\"\ntype = \"pulse\"\n[[output]]\nname = \"x\"\n"
           "type = \"osc\"\nto = \"udp://127.0.0.1:9\"\n[[route]]\nfrom = \"beat\"\n"
           "to = \"x\"\n";

    const finished lost = of.panic({"--config", other});

    CHECK(lost.code == 1);
    CHECK_THAT(lost.err, Contains("has no output \"organ\" any more"));
    CHECK(of.panic().code == 0);
    of.expect_ends();
}
