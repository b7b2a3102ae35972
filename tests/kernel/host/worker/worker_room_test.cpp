// SPDX-License-Identifier: MIT
// A worker whose plugin is behind takes few events: the others wait in the output's queue, where
// its limits hold, and a clock passes both.
#include "kernel/host/worker/worker.hpp"
#include "tests/kernel/host/loop_case.hpp"

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

constexpr std::string_view tick = "\xF8";
constexpr std::uint64_t in_queue_max = 450; // of one input, in flow_fixture

struct room_case : loop_instance {
    std::atomic<bool> has_room{false};
    std::atomic<bool> is_blocked{false};
    std::atomic<int> refused{0};
    std::atomic<int> begun{0};
    std::vector<std::string> order; // the worker's until wind_up

    room_case() {
        plays.output.flags = TACTUS_OUT_MAY_BLOCK;
        plays.on_send = [this](const tactus_batch& batch, std::uint32_t& accepted) {
            ++begun;
            while (is_blocked) {
                std::this_thread::yield();
            }
            const std::string bytes(reinterpret_cast<const char*>(batch.events->bytes),
                                    batch.events->size);
            accepted = has_room || bytes == tick ? 1 : 0;
            if (accepted == 0) {
                ++refused;
                return TACTUS_E_AGAIN;
            }
            order.push_back(bytes);
            return TACTUS_OK;
        };
    }
    ~room_case() override { wind_up(); }

    void up() {
        start(host::role::output);
        (void)come_up();
    }
    void deliver(std::string_view bytes, std::uint8_t flags = 0) {
        flow::delivery what;
        what.due_ns = clock.now_ns();
        what.source.bytes = std::as_bytes(std::span(bytes));
        what.source.arrival_ns = what.due_ns;
        what.source.protocol = bytes == tick ? TACTUS_PROTO_MIDI : TACTUS_PROTO_OSC;
        what.source.flags = flags;
        fixture.dispatcher.enqueuer().deliver(1, what);
    }
    [[nodiscard]] std::size_t in_worker() { return fixture.dispatcher.account().in_flight(); }
    [[nodiscard]] std::uint64_t in_queue() { return fixture.dispatcher.queue().pending().events; }
    [[nodiscard]] bool all_sent(std::uint64_t n) {
        return turn_until([&] { return fixture.output(1).sent == n; });
    }
    void make_room() {
        has_room = true;
        table<tactus_ports_0>(TACTUS_PORTS_0).writable(host(), 1);
    }
};

} // namespace

TEST_CASE_METHOD(room_case,
                 "what a full plugin cannot take waits in the queue, and a clock passes") {
    up();
    deliver("first");
    REQUIRE(turn_until([&] { return refused == 1; }));
    for (int i = 0; i < 2000; ++i) { // more than a worker that keeps up would take
        deliver("later");
        fixture.run_due();
    }
    REQUIRE(turn_until([&] { return in_worker() == host::worker::unfinished_behind_max; }));
    CHECK(in_queue() == in_queue_max);

    deliver(tick, TACTUS_EVENT_CRITICAL);

    REQUIRE(all_sent(1));
    CHECK(in_worker() == host::worker::unfinished_behind_max);
    make_room();
    REQUIRE(all_sent(1 + in_queue_max + host::worker::unfinished_behind_max));
    CHECK(fixture.unaccounted(1) == 0);
    wind_up();
    CHECK(order[0] == tick);
    CHECK(order[1] == "first");
}

TEST_CASE_METHOD(room_case, "what ends notes reaches the worker of a full plugin") {
    up();
    deliver("first");
    REQUIRE(turn_until([&] { return refused == 1; }));
    const std::size_t more = host::worker::unfinished_behind_max + 100;
    for (std::size_t i = 0; i < more; ++i) {
        deliver("end", TACTUS_EVENT_CRITICAL);
    }

    REQUIRE(turn_until([&] { return in_worker() == 1 + more; }));
    make_room();
    REQUIRE(all_sent(1 + more));
}

TEST_CASE_METHOD(room_case, "a call that lasts leaves the rest in the queue as well") {
    has_room = true;
    is_blocked = true;
    up();
    deliver("first");
    REQUIRE(turn_until([&] { return begun == 1; }));
    const std::int64_t since_ns = one->resources().worker().busy_since_ns();
    REQUIRE(turn_until([&] { return clock.now_ns() - since_ns > host::worker::behind_ns; }));
    for (std::uint64_t i = 0; i < 300; ++i) {
        deliver("later");
    }
    REQUIRE(turn_until([&] { return in_worker() == host::worker::unfinished_behind_max; }));
    CHECK(in_queue() == 301 - host::worker::unfinished_behind_max);

    is_blocked = false;
    REQUIRE(all_sent(301));
    CHECK(fixture.unaccounted(1) == 0);
}
