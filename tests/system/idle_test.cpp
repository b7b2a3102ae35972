// SPDX-License-Identifier: MIT
// Nothing to do means nothing done: the idle daemon makes no wake-up.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"

#include <fmt/format.h>
#include <fstream>
#include <thread>

using namespace tactus::test;

namespace {

long voluntary_switches(pid_t pid) {
    // The main thread is the loop's.
    std::ifstream status(fmt::format("/proc/{0}/task/{0}/status", pid));
    for (std::string line; std::getline(status, line);) {
        const std::string key = "voluntary_ctxt_switches:";
        if (line.starts_with(key)) {
            return std::stol(line.substr(key.size()));
        }
    }
    return -1;
}

} // namespace

TEST_CASE("an idle daemon with metrics on does not wake in 5 s") {
    const udp_peer peer;
    daemon_process daemon(osc_bridge(free_udp_port(), peer.port()));
    REQUIRE(daemon.metric("tactus_ready") == 1); // a scrape, so that its connection has ended
    const pid_t pid = daemon.program().pid();
    REQUIRE(eventually([&] { // its last work is done
        const long before = voluntary_switches(pid);
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return voluntary_switches(pid) == before;
    }));

    const long before = voluntary_switches(pid);
    std::this_thread::sleep_for(std::chrono::seconds(5)); // the only duration that is the point

    CHECK(voluntary_switches(pid) - before == 0);
}
