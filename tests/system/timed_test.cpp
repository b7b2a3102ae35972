// SPDX-License-Identifier: MIT
// OSC in, OSC out, on time: the whole daemon between two sockets.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <algorithm>
#include <map>
#include <thread>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

// What the receiver saw of a numbered stream.
struct account {
    std::map<int, int> seen; // number -> times
    std::vector<int> order;
    std::vector<std::int64_t> late_ns;
    int early = 0;
};

} // namespace

TEST_CASE("a message without a time tag passes at once, unchanged") {
    const udp_peer peer;
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(osc_bridge(in, peer.port()));
    const std::vector<std::uint8_t> sent = osc("/video/cue", {1, 2, 3});

    peer.send(sent, in);

    const std::optional<arrival> came = peer.receive(20s);
    REQUIRE(came);
    CHECK(came->bytes == sent);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a bundle 300 ms ahead leaves after its due time and not before") {
    const udp_peer peer;
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(osc_bridge(in, peer.port()));
    const std::int64_t before_ns = monotonic_ns();
    const std::uint64_t tag = time_tag_in(300'000'000);

    peer.send(osc_at(tag, "/video/cue", {7}), in);

    const std::optional<arrival> came = peer.receive(20s);
    REQUIRE(came);
    CHECK(came->at_ns - before_ns >= 300'000'000);
    CHECK(came->bytes == osc("/video/cue", {7}));
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
}

TEST_CASE("of timed events at 2,000/s none is lost, doubled, early or out of order") {
    constexpr int events = 20'000;
    constexpr std::int64_t spacing_ns = 500'000;
    const udp_peer peer;
    const udp_peer sender;
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(osc_bridge(in, peer.port()));
    account result;

    std::thread receiver([&] {
        while (static_cast<int>(result.order.size()) < events) {
            const std::optional<arrival> came = peer.receive(10s);
            if (!came) {
                return;
            }
            const std::vector<int> values = values_of(came->bytes);
            REQUIRE(values.size() == 3); // number, due in ns of CLOCK_MONOTONIC as two halves
            const std::int64_t due_ns =
                (std::int64_t{values[1]} << 31) | static_cast<std::int64_t>(values[2]);
            result.order.push_back(values[0]);
            ++result.seen[values[0]];
            result.late_ns.push_back(came->at_ns - due_ns);
            result.early += came->at_ns < due_ns ? 1 : 0;
        }
    });
    // Pairs share a due time; each is sent 50 ms ahead, paced by its own due time.
    const std::int64_t start_ns = monotonic_ns() + 100'000'000;
    const std::uint64_t start_tag = time_tag_in(100'000'000);
    for (int i = 0; i < events; ++i) {
        const std::int64_t offset_ns = std::int64_t{i / 2} * 2 * spacing_ns;
        const std::int64_t due_ns = start_ns + offset_ns;
        // The tag of start plus the offset: 2^32 fractions a second, in two steps to stay in 64
        // bits.
        const auto whole = static_cast<std::uint64_t>(offset_ns / 1'000'000'000) << 32;
        const auto part = (static_cast<std::uint64_t>(offset_ns % 1'000'000'000) << 32) / ns_per_s;
        while (monotonic_ns() < due_ns - 50'000'000) {
            std::this_thread::sleep_for(200us);
        }
        sender.send(
            osc_at(start_tag + whole + part, "/n",
                   {i, static_cast<int>(due_ns >> 31), static_cast<int>(due_ns & 0x7fffffff)}),
            in);
    }
    receiver.join();

    REQUIRE(result.order.size() == events);
    CHECK(result.seen.size() == events);
    CHECK(std::is_sorted(result.order.begin(), result.order.end()));
    // The time tag was read some 100 ns after the monotonic clock, never before it.
    CHECK(result.early == 0);
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.metric("tactus_deliveries_sent_total{output=\"projector\"}") == events);
    std::sort(result.late_ns.begin(), result.late_ns.end());
    WARN("lateness at the receiver: p50 " << result.late_ns[events / 2] / 1000 << " us, p90 "
                                          << result.late_ns[events * 9 / 10] / 1000 << " us, p99 "
                                          << result.late_ns[events * 99 / 100] / 1000 << " us");
}

TEST_CASE("a stop drops what waits and counts it, and ends with 0 in time") {
    const udp_peer peer;
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(osc_bridge(in, peer.port()));
    for (int i = 0; i < 10; ++i) {
        peer.send(osc_at(time_tag_in(60'000'000'000), "/later", {i}), in);
    }
    REQUIRE(eventually(
        [&] { return daemon.metric("tactus_deliveries_pending{output=\"projector\"}") == 10; }));

    const std::int64_t before_ns = monotonic_ns();
    CHECK(daemon.stop() == 0);

    WARN("stopped in " << (monotonic_ns() - before_ns) / 1'000'000 << " ms");
    CHECK_FALSE(peer.receive(1ms));
}
