// SPDX-License-Identifier: MIT
// Events from threads of the plugin's own that may not be dropped: they wait for room, first before
// the ring, then in it.
#include "tests/kernel/host/foreign_case.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

TEST_CASE_METHOD(foreign_case, "what may not be dropped is refused while the ring is full") {
    const std::string long_one = osc_of(4000);
    const single event(long_one);
    const std::vector<tactus_event> ten(10, event.event);
    const tactus_batch batch = {sizeof batch, 10, sizeof(tactus_event), 0, ten.data()};
    std::uint64_t taken = 0;
    const tactus_status last = elsewhere([&] { // the loop does not turn meanwhile
        tactus_status status = TACTUS_OK;
        while (status == TACTUS_OK) {
            std::uint32_t accepted = 99;
            status = emit(batch, accepted);
            CHECK((status == TACTUS_OK) == (accepted == 10));
            taken += accepted;
        }
        return status;
    });

    CHECK(last == TACTUS_E_AGAIN);
    CHECK(taken * long_one.size() > host::foreign_ring::ring_bytes / 2);
    REQUIRE(all_counted(taken));
    CHECK(fixture.input(1).routed == taken);
    CHECK(elsewhere([&] { return emit(event.batch); }) == TACTUS_OK); // there is room again
    CHECK(all_counted(taken + 1));
}

TEST_CASE_METHOD(foreign_case, "what waits in the ring for room in the flow is not dropped") {
    constexpr std::uint64_t capacity = 1000; // of flow_fixture's outputs
    const single later(osc_n, 0, clock.now_ns() + 60'000'000'000);
    (void)elsewhere([&] {
        for (std::uint64_t i = 0; i < 2 * capacity; ++i) {
            CHECK(emit(later.batch) == TACTUS_OK); // all of it fits into the ring
        }
        return 0;
    });
    REQUIRE(turn_until([&] { return !fixture.waiters.is_empty(); }));
    const std::uint64_t entered = fixture.input(1).received;
    CHECK(entered <= capacity);
    CHECK(fixture.input(1).routed == entered);

    fixture.dispatcher.silencer().panic(); // takes back what waits: there is room

    REQUIRE(turn_until([&] { return fixture.input(1).received > entered; }));
    CHECK(fixture.input(1).unaccounted() == 0);
    CHECK(fixture.input(1).routed == fixture.input(1).received);
    CHECK(fixture.output(0).dropped_by.of(flow::dropped::queue_full) == 0);
}

TEST_CASE_METHOD(foreign_case, "what waits in the ring is refused once its sender has gone") {
    single later(osc_n, 0, clock.now_ns() + 60'000'000'000);
    later.event.tag = 5;
    (void)elsewhere([&] {
        for (int i = 0; i < 2000; ++i) {
            CHECK(emit(later.batch) == TACTUS_OK);
        }
        return 0;
    });
    REQUIRE(turn_until([&] { return !fixture.waiters.is_empty(); }));

    std::uint64_t canceled = 0;
    CHECK(table<tactus_emit_0>(TACTUS_EMIT_0).end_sender(host(), 5, &canceled) == TACTUS_OK);

    CHECK(fixture.input(1).received == 2000);
    CHECK(fixture.waiters.is_empty());
    CHECK(canceled > 0);
}

TEST_CASE_METHOD(foreign_case, "several threads emit at once, and every event is found") {
    constexpr int threads = 4;
    constexpr int each_emits = 3000;
    std::atomic<std::uint64_t> taken{0};
    std::vector<std::thread> drivers;
    for (int t = 0; t < threads; ++t) {
        drivers.emplace_back([&, t] {
            single event(osc_n);
            event.event.tag = static_cast<std::uint32_t>(t + 1);
            for (int i = 0; i < each_emits; ++i) {
                std::uint32_t accepted = 0;
                while (emit(event.batch, accepted) == TACTUS_E_AGAIN) {
                    std::this_thread::yield();
                }
                taken += accepted;
            }
        });
    }
    const bool is_there = all_counted(threads * each_emits);
    for (std::thread& each : drivers) {
        each.join();
    }
    REQUIRE(is_there);
    CHECK(taken == threads * each_emits);
    CHECK(fixture.input(1).routed == threads * each_emits);
    REQUIRE(turn_until([&] { return arrived.events.size() == threads * each_emits; }));
    for (std::uint32_t t = 1; t <= threads; ++t) {
        CHECK(std::count_if(arrived.events.begin(), arrived.events.end(), [t](const auto& event) {
                  return (event.tag & 0xFFFFFF) == t;
              }) == each_emits);
    }
}

} // namespace
