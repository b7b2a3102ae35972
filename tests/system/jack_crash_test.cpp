// SPDX-License-Identifier: MIT
// A daemon is killed with notes sounding and pedals down at a JACK port: all of them are ended, by
// `tactus panic --offline` and by the next start.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/jack_receiver.hpp"
#include "tests/support/jack_server.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace tactus::test;

namespace {

using message = std::vector<std::uint8_t>;

constexpr int channels = 4;
constexpr int notes = 64;
constexpr std::array<int, 3> pedals = {64, 66, 69};

std::string configuration(std::uint16_t in, bool restores = false) {
    return fmt::format(R"(
[metrics]
enabled = false
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"
[[output]]
name = "synth"
type = "midi"
api = "jack"
port = "listener:in"
restore = {}
[[route]]
from = "desk"
to = "synth"
)",
                       in, restores);
}

std::set<message> all_ends() {
    std::set<message> all;
    for (int i = 0; i < notes; ++i) {
        all.insert({static_cast<std::uint8_t>(0x80 | i % channels),
                    static_cast<std::uint8_t>(30 + i), 64});
    }
    for (int channel = 0; channel < channels; ++channel) {
        for (const int pedal : pedals) {
            all.insert(
                {static_cast<std::uint8_t>(0xB0 | channel), static_cast<std::uint8_t>(pedal), 0});
        }
    }
    return all;
}

void play(std::uint16_t in) {
    const udp_peer sender;
    for (int i = 0; i < notes; ++i) {
        sender.send(osc("/synth/note_on", {1 + i % channels, 30 + i, 100}), in);
    }
    for (int channel = 1; channel <= channels; ++channel) {
        for (const int pedal : pedals) {
            sender.send(osc("/synth/control_change", {channel, pedal, 127}), in);
        }
    }
}

process::options with_folder(const temp_dir& folder) {
    return {{"RUNTIME_DIRECTORY=" + folder.path("run")}, {}};
}

// Returns when its output is up.
std::unique_ptr<process> start(const temp_dir& folder, const std::string& file) {
    auto daemon = std::make_unique<process>(std::vector<std::string>{tactus_program, "run", file},
                                            with_folder(folder));
    REQUIRE(daemon->says("The daemon is running."));
    REQUIRE(eventually([&] {
        return run({tactus_program, "status"}, with_folder(folder)).out.find("synth     up") !=
               std::string::npos;
    }));
    return daemon;
}

struct started_jack_server : jack_server {
    started_jack_server() { start(); }
};

// A daemon at whose JACK port all of play() sounds.
struct hall {
    static constexpr std::size_t sent = notes + channels * pedals.size();

    hall() {
        play(in);
        REQUIRE(receiver.wait_for(sent));
    }

    void check_all_ended() {
        CHECK(receiver.wait_for(2 * sent));
        std::set<message> ended;
        for (const jack_event& each : receiver.events()) {
            ended.insert(each.bytes);
        }
        const std::set<message> wanted = all_ends();
        CHECK(std::includes(ended.begin(), ended.end(), wanted.begin(), wanted.end()));
    }

    started_jack_server jack;
    jack_receiver receiver{"listener"};
    const temp_dir folder;
    const std::uint16_t in = free_udp_port();
    const std::string file = folder.write("hall.toml", configuration(in));
    std::unique_ptr<process> daemon = start(folder, file);
};

} // namespace

TEST_CASE(
    "64 notes on 4 channels, and pedals, that a killed daemon left at a JACK port are ended") {
    const bool is_offline = GENERATE(true, false);
    hall test;

    test.daemon->signal(SIGKILL);
    REQUIRE(test.daemon->wait() == 128 + SIGKILL);
    if (is_offline) {
        const finished ended =
            run({tactus_program, "panic", "--offline"}, with_folder(test.folder));
        INFO(ended.err);
        CHECK(ended.out == fmt::format("Ended {} notes and pedals.\n", hall::sent));
        CHECK(ended.code == 0);
    } else {
        test.daemon = start(test.folder, test.file);
    }

    test.check_all_ended();
}

TEST_CASE("notes that a stop cannot end, as the JACK server hangs, are said and ended by a start") {
    hall test;

    test.jack.freeze(); // what is sent is still taken: it may be late with a period
    test.daemon->signal(SIGTERM);
    CHECK(test.daemon->says("Notes may still sound. The output did not accept note-offs in time."));
    CHECK(test.daemon->wait() == 0);
    test.jack.thaw();
    test.daemon = start(test.folder, test.file);

    test.check_all_ended();
}

TEST_CASE("a JACK port that comes back gets its settings again, after a restart too") {
    const bool is_restarted = GENERATE(true, false);
    jack_server jack;
    jack.start();
    const temp_dir folder;
    const std::uint16_t in = free_udp_port();
    const std::string file = folder.write("hall.toml", configuration(in, true));
    auto receiver = std::make_unique<jack_receiver>("listener");
    std::unique_ptr<process> daemon = start(folder, file);
    const udp_peer sender;
    sender.send(osc("/synth/control_change", {1, 0, 3}), in);
    sender.send(osc("/synth/program_change", {1, 7}), in);
    sender.send(osc("/synth/control_change", {2, 7, 90}), in);
    REQUIRE(receiver->wait_for(3));

    receiver.reset();
    if (is_restarted) {
        daemon->signal(SIGTERM);
        REQUIRE(daemon->wait() == 0);
    } else {
        REQUIRE(eventually([&] {
            return run({tactus_program, "status"}, with_folder(folder)).out.find("synth     up") ==
                   std::string::npos;
        }));
    }
    receiver = std::make_unique<jack_receiver>("listener");
    if (is_restarted) {
        daemon = start(folder, file);
    }

    CHECK(receiver->wait_for(3));
    std::vector<message> got;
    for (const jack_event& each : receiver->events()) {
        got.push_back(each.bytes);
    }
    CHECK(got == std::vector<message>{{0xB0, 0, 3}, {0xC0, 7}, {0xB1, 7, 90}});
}
