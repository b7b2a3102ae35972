// SPDX-License-Identifier: MIT
// Attached to JACK the idle daemon wakes in JACK's callback, once a period, and nowhere else.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/jack_server.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace tactus::test;

namespace {

constexpr const char* configuration = R"(
[[input]]
name = "keys"
type = "midi"
api = "jack"
virtual = "from"
[[output]]
name = "synth"
type = "midi"
api = "jack"
virtual = "notes"
[[route]]
from = "keys"
to = "synth"
)";
constexpr std::size_t jack_clients = 2; // each with one thread that JACK calls
constexpr const char* xruns = "tactus_plugin_midi_xruns_total{plugin=\"synth\"}";
constexpr int tries_max = 10;

// Of each thread.
std::map<std::string, long> voluntary_switches(pid_t pid) {
    std::map<std::string, long> all;
    for (const auto& task :
         std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid))) {
        std::ifstream status(task.path() / "status");
        const std::string key = "voluntary_ctxt_switches:";
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with(key)) {
                all[task.path().filename()] = std::stol(line.substr(key.size()));
            }
        }
    }
    return all;
}

// The threads that woke between the two.
std::vector<std::string> woken(const std::map<std::string, long>& before,
                               const std::map<std::string, long>& now) {
    std::vector<std::string> all;
    for (const auto& [thread, switches] : now) {
        const auto found = before.find(thread);
        if (found == before.end() || found->second != switches) {
            all.push_back(thread);
        }
    }
    return all;
}

} // namespace

TEST_CASE("attached to JACK an idle daemon wakes in JACK's callbacks only") {
    jack_server jack;
    jack.start(jack_server::mode::waits, 1024);
    daemon_process daemon(configuration);
    REQUIRE(eventually([&] {
        return daemon.metric("tactus_output_up{output=\"synth\"}") == 1 &&
               daemon.metric("tactus_input_up{input=\"keys\"}") == 1;
    }));
    const pid_t pid = daemon.program().pid();
    const auto woken_within = [pid](std::chrono::milliseconds span) {
        const std::map<std::string, long> before = voluntary_switches(pid);
        std::this_thread::sleep_for(span);
        return woken(before, voluntary_switches(pid));
    };
    // libjack has a thread of its own that is told of an xrun; a busy machine makes some.
    std::vector<std::string> all;
    bool has_xruns = true;
    for (int i = 0; i < tries_max && has_xruns; ++i) {
        const double before = daemon.metric(xruns);
        REQUIRE(eventually([&] { // the scrape is done, and the watchdog has seen it
            return woken_within(std::chrono::milliseconds(1500)).size() <= jack_clients;
        }));
        all = woken_within(std::chrono::seconds(3));
        has_xruns = daemon.metric(xruns) != before;
    }

    CAPTURE(all, pid);
    CHECK_FALSE(has_xruns);
    CHECK(all.size() <= jack_clients);
    CHECK(std::count(all.begin(), all.end(), std::to_string(pid)) == 0); // the loop's
    CHECK(daemon.stop() == 0);
}
