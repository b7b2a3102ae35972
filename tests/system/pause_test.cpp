// SPDX-License-Identifier: MIT
// The daemon is stopped for a while, as by a debugger or a frozen container: what was due meanwhile
// is dropped or sent, as late_from says.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <csignal>
#include <thread>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t ms_ns = 1'000'000;

} // namespace

TEST_CASE("after a pause nothing is heard that was due meanwhile, where late_from is due") {
    const bool counts_from_due = GENERATE(true, false);
    const udp_peer peer;
    const std::uint16_t in = free_udp_port();
    daemon_process daemon("[time]\nlate = \"drop\"\nlate_limit = \"500ms\"\nlate_from = \"" +
                          std::string(counts_from_due ? "due" : "arrival") + "\"\n" +
                          osc_bridge(in, peer.port()));
    const std::int64_t began_ns = monotonic_ns();
    peer.send(osc_at(time_tag_in(2000 * ms_ns), "/waits/here", {1}), in);
    REQUIRE(eventually(
        [&] { return daemon.metric("tactus_deliveries_pending{output=\"projector\"}") == 1; }));

    daemon.program().signal(SIGSTOP);
    peer.send(osc_at(time_tag_in(100 * ms_ns), "/waits/in/a/socket", {2}), in);
    peer.send(osc_at(time_tag_in(8000 * ms_ns), "/is/due/later", {3}), in);
    while (monotonic_ns() < began_ns + 3000 * ms_ns) { // late enough, both of them
        std::this_thread::sleep_for(10ms);
    }
    daemon.program().signal(SIGCONT);

    if (!counts_from_due) {
        const std::optional<arrival> came = peer.receive(20s);
        REQUIRE(came);
        CHECK(came->bytes == osc("/waits/in/a/socket", {2}));
    }
    const std::optional<arrival> last = peer.receive(20s);
    REQUIRE(last);
    CHECK(last->bytes == osc("/is/due/later", {3}));
    CHECK(daemon.metric(
              "tactus_deliveries_dropped_total{output=\"projector\",reason=\"too_late\"}") ==
          (counts_from_due ? 2 : 1));
    CHECK(daemon.stop() == 0);
}
