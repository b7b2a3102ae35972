// SPDX-License-Identifier: MIT
// Events from a thread of the plugin's own, as a driver's callback emits them.
#include "tests/kernel/host/foreign_case.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

TEST_CASE_METHOD(foreign_case, "events of a foreign thread arrive stamped and in order") {
    const std::int64_t before_ns = clock.now_ns();
    std::thread driver([&] {
        for (int i = 0; i < 500; ++i) {
            single event(osc_n);
            event.event.tag = static_cast<std::uint32_t>(i + 1);
            CHECK(emit(event.batch) == TACTUS_OK);
        }
    });
    REQUIRE(turn_until([&] { return arrived.events.size() == 500; }));
    driver.join();

    for (std::size_t i = 0; i < 500; ++i) {
        REQUIRE((arrived.events[i].tag & 0xFFFFFF) == i + 1);
        REQUIRE(arrived.events[i].received_ns >= before_ns);
        REQUIRE(arrived.events[i].received_ns <= clock.now_ns());
    }
}

TEST_CASE_METHOD(foreign_case,
                 "an event has come when it was emitted, however long the loop is away") {
    const single event(osc_n);
    single stamped(osc_n);
    stamped.event.received_ns = clock.now_ns() - 1000;
    CHECK(elsewhere([&] { return emit(event.batch); }) == TACTUS_OK);
    CHECK(elsewhere([&] { return emit(stamped.batch); }) == TACTUS_OK);
    const std::int64_t emitted_ns = clock.now_ns();
    while (clock.now_ns() == emitted_ns) {
        std::this_thread::yield();
    }

    REQUIRE(turn_until([&] { return arrived.events.size() == 2; }));

    // In the order of arrival, which is their due; what the plugin says of it is kept.
    CHECK(arrived.events[0].received_ns == stamped.event.received_ns);
    CHECK(arrived.events[1].received_ns > stamped.event.received_ns);
    CHECK(arrived.events[1].received_ns <= emitted_ns);
}

TEST_CASE_METHOD(foreign_case, "batches of a foreign thread are taken whole") {
    single each(osc_n);
    std::vector<tactus_event> events(50, each.event);
    const tactus_batch batch = {sizeof batch, 50, sizeof(tactus_event), 0, events.data()};

    CHECK(elsewhere([&] { return emit(batch); }) == TACTUS_OK);

    CHECK(all_counted(50));
    CHECK(fixture.input(1).unaccounted() == 0);
}

TEST_CASE_METHOD(foreign_case, "with more to come the loop sleeps until the last batch") {
    tactus::host::foreign_ring ring(fixture.services, 1);
    single event(osc_n);
    event.batch.flags = TACTUS_BATCH_DROPPABLE | TACTUS_BATCH_MORE;
    tactus_batch last = event.batch;
    last.count = 0;
    last.flags = 0;
    for (int i = 0; i < 128; ++i) {
        REQUIRE_FALSE(ring.push(event.batch).must_wake);
    }

    CHECK(ring.push(last).must_wake);
    CHECK_FALSE(ring.push(last).must_wake); // it has been told
    CHECK(fixture.input(1).received == 0);
    CHECK_FALSE(ring.drain());
    CHECK(fixture.input(1).received == 128);
    CHECK_FALSE(ring.push(event.batch).must_wake);
    event.batch.flags = TACTUS_BATCH_DROPPABLE;
    CHECK(ring.push(event.batch).must_wake); // the next without it does as well
    CHECK_FALSE(ring.drain());
    CHECK(fixture.input(1).received == 130);
}

TEST_CASE_METHOD(foreign_case, "with more to come the loop is woken before the ring is full") {
    tactus::host::foreign_ring ring(fixture.services, 1);
    const std::string long_one(4000, 'x');
    single event(long_one);
    event.batch.flags = TACTUS_BATCH_DROPPABLE | TACTUS_BATCH_MORE;
    int pushed = 1;
    while (!ring.push(event.batch).must_wake) {
        REQUIRE(++pushed < 1000);
    }

    CHECK(static_cast<std::size_t>(pushed) * long_one.size() <
          tactus::host::foreign_ring::ring_bytes * 3 / 4);
    CHECK_FALSE(ring.drain());
    CHECK(fixture.input(1).rejected_by.of(flow::rejected::overrun) == 0);
}

TEST_CASE_METHOD(foreign_case, "a flood beyond the ring is counted to the last event") {
    constexpr int flood = 20'000;
    const single event(osc_n, TACTUS_BATCH_DROPPABLE);
    const tactus_batch& batch = event.batch;
    (void)elsewhere([&] {
        for (int i = 0; i < flood; ++i) { // the loop does not turn meanwhile
            CHECK(emit(batch) == TACTUS_OK);
        }
        return 0;
    });

    REQUIRE(all_counted(flood));

    CHECK(fixture.input(1).rejected_by.of(flow::rejected::overrun) > 0);
    CHECK(fixture.input(1).routed > 0);
    CHECK(fixture.input(1).unaccounted() == 0);
}

TEST_CASE_METHOD(foreign_case, "ends of notes beyond the ring are made up for when it was read") {
    const auto midi = [this](std::uint8_t status, std::uint8_t key, std::uint8_t value) {
        single event({static_cast<char>(status), static_cast<char>(key), static_cast<char>(value)},
                     TACTUS_BATCH_DROPPABLE);
        event.event.protocol = TACTUS_PROTO_MIDI;
        event.event.source = 3;
        CHECK(emit(event.batch) == TACTUS_OK);
    };
    (void)elsewhere([&] { // the loop does not turn meanwhile
        for (std::uint8_t key = 60; key < 63; ++key) {
            midi(0x90, key, 100);
        }
        midi(0xB0, 64, 127);
        midi(0x91, 70, 100);
        for (int i = 0; i < 20'000; ++i) {
            midi(0xB0, 7, 1);
        }
        midi(0x80, 60, 64);
        midi(0x90, 61, 0);
        midi(0xB0, 64, 0);
        midi(0xB1, 123, 0);
        return 0;
    });

    REQUIRE(turn_until([&] { return !arrived.events.empty() && arrived.sounding.to_end() == 1; }));
    CHECK(arrived.sounding.has(62)); // nobody ended it
    CHECK(fixture.input(1).unaccounted() == 0);
}

TEST_CASE("a note that begins anew is not ended by what was lost before") {
    host::lost_ends ends;
    const std::uint8_t off[] = {0x80, 60, 64};
    const std::uint8_t on[] = {0x90, 60, 100};
    const auto midi = [](const std::uint8_t(&bytes)[3]) {
        tactus_event event{};
        event.protocol = TACTUS_PROTO_MIDI;
        event.size = sizeof bytes;
        event.bytes = bytes;
        return event;
    };
    int count = 0;
    const auto counted = [&](const tactus_event&) { ++count; };

    ends.keep(midi(on), false); // a beginning that is lost needs no end
    CHECK_FALSE(ends.make_up(counted));

    ends.keep(midi(off), false);
    CHECK(ends.pass(midi(on)));
    CHECK(ends.make_up(counted));
    CHECK(count == 0);

    ends.keep(midi(off), false);
    REQUIRE(ends.pass(midi(on)));
    ends.keep(midi(on), true); // it found no room either: what sounded before still does
    CHECK(ends.make_up(counted));
    CHECK(count == 1);
    CHECK_FALSE(ends.make_up(counted));
}

TEST_CASE_METHOD(foreign_case, "a SysEx of which the ring had no room for a part has no gap") {
    fixture.dispatcher.connections().detach(0, flow::dropped::stop);
    flow::output::connection to;
    to.sink = &arrived;
    to.protocols = 1U << TACTUS_PROTO_MIDI;
    to.takes_parts = true;
    fixture.dispatcher.connections().attach(0, to);
    (void)fixture.dispatcher.connections().ports(0).add("p", "p", true);
    fixture.dispatcher.connections().ports_changed(0);
    const auto part = [&](const std::string& bytes) {
        single made(bytes, TACTUS_BATCH_DROPPABLE);
        made.event.protocol = TACTUS_PROTO_MIDI;
        made.event.flags = TACTUS_EVENT_SYSEX_PART;
        (void)elsewhere([&] { return emit(made.batch); });
    };
    const std::string long_part(4096, '\x01');
    part("\xF0" + long_part);
    REQUIRE(turn_until([&] { return arrived.events.size() == 1; }));
    for (int i = 0; i < 100; ++i) { // the loop does not turn meanwhile: 400 KiB into 256
        part(long_part);
    }
    REQUIRE(all_counted(101));
    part(long_part);
    part("\xF7");
    part("\xF0" + long_part);
    part("\xF7");
    REQUIRE(all_counted(105));

    const flow::input_ledger seen = fixture.input(1);
    CHECK(seen.rejected_by.of(flow::rejected::overrun) > 0);
    CHECK(seen.unaccounted() == 0);
    REQUIRE(turn_until([&] { return fixture.output(0).sent >= seen.routed + 1; }));
    std::vector<std::uint32_t> sizes;
    for (const tactus_event& each : arrived.events) {
        sizes.push_back(each.size);
    }
    // What came before the gap, its end by the kernel, and the next one.
    REQUIRE(sizes.size() == seen.routed + 1);
    CHECK(std::vector(sizes.end() - 3, sizes.end()) == std::vector<std::uint32_t>{1, 4097, 1});
    CHECK(std::count(sizes.begin(), sizes.end(), 1U) == 2);
}

TEST_CASE_METHOD(foreign_case, "while a flood is read, what is due goes out in between") {
    const single event(osc_n, TACTUS_BATCH_DROPPABLE, clock.now_ns() + 3'600'000'000'000);
    (void)elsewhere([&] {
        for (int i = 0; i < 2000; ++i) {
            CHECK(emit(event.batch) == TACTUS_OK);
        }
        return 0;
    });
    // Due while the ring is drained: the first event waits in the queue already.
    fixture.deliver(0, osc_n, clock.now_ns() + 1);
    host::foreign_ring& ring = one->resources().foreign().ring();

    CHECK(ring.drain());

    CHECK(arrived.events.size() == 1);
    CHECK(fixture.input(1).received == host::foreign_ring::events_a_drain);
    CHECK(all_counted(2000));
}

TEST_CASE_METHOD(foreign_case, "an event that is too long is counted as such, and not copied") {
    single event(osc_n);
    event.event.size = TACTUS_EVENT_SIZE_MAX + 1; // far beyond its bytes

    CHECK(elsewhere([&] { return emit(event.batch); }) == TACTUS_OK);

    REQUIRE(all_counted(1));
    CHECK(fixture.input(1).rejected_by.of(flow::rejected::too_large) == 1);
}

TEST_CASE_METHOD(foreign_case, "what was emitted before stopped is accounted for, nothing after") {
    const single event(osc_n);
    CHECK(elsewhere([&] {
              for (int i = 0; i < 1000; ++i) {
                  CHECK(emit(event.batch) == TACTUS_OK);
              }
              return 0;
          }) == 0);

    host()->stopped(host(), TACTUS_OK);
    CHECK(elsewhere([&] { return emit(event.batch); }) == TACTUS_E_CLOSED);
    wind_up();

    CHECK(fixture.input(1).received == 1000);
    CHECK(fixture.input(1).unaccounted() == 0);
}

TEST_CASE_METHOD(foreign_case,
                 "emitting, counting and posting race with the loop, and all is found") {
    std::atomic<int> emitted{0};
    std::atomic<int> rejected{0};
    std::atomic<int> posted{0};
    std::atomic<int> ran{0};
    const tactus_emit_0& out = table<tactus_emit_0>(TACTUS_EMIT_0);
    const tactus_exec_0& exec = table<tactus_exec_0>(TACTUS_EXEC_0);
    std::thread emitting([&] {
        const single event(osc_n);
        for (int i = 0; i < 2000; ++i) {
            emitted += emit(event.batch) == TACTUS_OK ? 1 : 0;
        }
    });
    std::thread counting([&] {
        for (int i = 0; i < 2000; ++i) {
            rejected += out.reject(host(), 1, "address") == TACTUS_OK ? 1 : 0;
        }
    });
    std::thread posting([&] {
        for (int i = 0; i < 2000; ++i) {
            posted += exec.post(
                          host(), [](void* n) noexcept { ++*static_cast<std::atomic<int>*>(n); },
                          &ran) == TACTUS_OK
                          ? 1
                          : 0;
        }
    });
    REQUIRE(turn_until([&] { return fixture.input(1).received > 100; }));
    emitting.join();
    counting.join();
    posting.join();
    wind_up();

    CHECK(fixture.input(1).received == static_cast<std::uint64_t>(emitted + rejected));
    CHECK(fixture.input(1).rejected_by.of(flow::rejected::address) ==
          static_cast<std::uint64_t>(rejected));
    CHECK(ran == posted);
}

} // namespace
