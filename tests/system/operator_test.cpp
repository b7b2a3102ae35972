// SPDX-License-Identifier: MIT
// What an operator sees of a daemon that is stopped, or whose events come to nothing.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

using namespace tactus::test;

namespace {

const char* pulse_to_memory = R"(
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

std::size_t count(const std::string& in, const std::string& text) {
    std::size_t n = 0;
    for (std::size_t at = in.find(text); at != std::string::npos; at = in.find(text, at + 1)) {
        ++n;
    }
    return n;
}

std::string desk_to_midi(std::uint16_t port) {
    return fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"
[[output]]
name = "organ"
type = "midi"
virtual = "tactus operator test"
[[route]]
from = "desk"
to = "organ"
)",
                       port);
}

} // namespace

TEST_CASE("a terminal that is closed stops the daemon as SIGTERM does") {
    const temp_dir folder;
    const std::string log = folder.path("log");
    const std::string file =
        folder.write("test.toml", std::string(pulse_to_memory) + "[metrics]\nenabled = false\n");
    const auto has_said = [&log](const char* text) {
        std::ifstream all(log);
        const std::string said(std::istreambuf_iterator<char>(all), {});
        return said.find(text) != std::string::npos;
    };
    process terminal({"script", "--quiet", "--command",
                      "exec " + std::string(tactus_program) + " run " + file + " 2>" + log,
                      "/dev/null"});
    REQUIRE(eventually([&] { return has_said("The daemon is running."); }));

    terminal.signal(SIGKILL);

    CHECK(eventually([&] { return has_said("Stopped."); }));
}

TEST_CASE("a daemon that was started to ignore SIGHUP goes on") {
    const temp_dir folder;
    const std::string file =
        folder.write("test.toml", std::string(pulse_to_memory) + "[metrics]\nenabled = false\n");
    process program(
        {"sh", "-c", "trap '' HUP; exec " + std::string(tactus_program) + " run " + file});
    REQUIRE(program.says("The daemon is running."));

    program.signal(SIGHUP);

    CHECK_FALSE(program.says("Stopping.", std::chrono::milliseconds(300)));
    program.signal(SIGTERM);
    CHECK(program.wait() == 0);
}

TEST_CASE("the log is written to its end where an instance hangs for ever") {
    const temp_dir plugins;
    std::filesystem::create_symlink(std::string(TACTUS_BAD_PLUGINS) + "/life.tactus.so",
                                    plugins.path("never_stops_in.tactus.so"));
    daemon_process daemon(R"(
[[input]]
name = "stuck"
type = "never_stops"
[[output]]
name = "sink"
type = "memory"
[[route]]
from = "stuck"
to = "sink"
)",
                          {{"TACTUS_PLUGIN_PATH=" + plugins.path()}, {}});

    CHECK(daemon.stop() == 0);

    CHECK(daemon.program().err().find("The instance hangs and is cut off.") != std::string::npos);
    CHECK(daemon.program().err().find("Stopped.") != std::string::npos);
}

TEST_CASE("an output that can take nothing is named in the log, with why and how many") {
    daemon_process daemon(R"(
[[input]]
name = "beat"
type = "pulse"
tempo = 240
[[output]]
name = "organ"
type = "osc"
to = "udp://no-such-host.invalid:9000"
[[route]]
from = "beat"
to = "organ"
)");

    CHECK(daemon.program().says("Events for an output were dropped"));
    CHECK(daemon.program().says("output=organ"));
    CHECK(daemon.program().says("output_down"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("an input that refuses what it gets is named in the log, and the rest at the end") {
    const std::uint16_t port = free_udp_port();
    const udp_peer peer;
    daemon_process daemon(osc_bridge(port, peer.port()));
    const std::vector<std::uint8_t> no_osc = {'n', 'o', ' ', 'O', 'S', 'C', '!', '!'};

    peer.send(no_osc, port);
    CHECK(daemon.program().says("Events from an input were lost"));
    CHECK(daemon.program().says("count=1 why=\"malformed 1\""));
    for (int i = 0; i < 20; ++i) {
        peer.send(no_osc, port);
    }
    REQUIRE(eventually([&] {
        return daemon.metric("tactus_input_messages_received_total{input=\"desk\"}") == 21;
    }));

    CHECK(daemon.stop() == 0);
    CHECK(daemon.program().says("count=20 why=\"malformed 20\""));
}

TEST_CASE("a message that an output cannot take is logged once for each address") {
    const std::uint16_t port = free_udp_port();
    daemon_process daemon(desk_to_midi(port));
    const udp_peer peer;
    for (int i = 0; i < 10; ++i) {
        peer.send(osc("/same", {1}), port);
    }

    peer.send(osc("/other", {1}), port);

    CHECK(daemon.program().says("address=/other"));
    CHECK(count(daemon.program().err(), "address=/same") == 1);
    CHECK(daemon.stop() == 0);
}
