// SPDX-License-Identifier: MIT
// A flush reaches the plugin on the thread that sends, before anything that is sent later.
#include "tests/kernel/host/loop_case.hpp"
#include "tests/support/finished_counts.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

constexpr std::int64_t far_ns = 60'000'000'000;

// What is sent and flushed, in order; an OSC payload by its first letter.
struct flush_case : loop_instance {
    flush_case() {
        plays.on_send = [this](const tactus_batch& batch, std::uint32_t& accepted) {
            const std::lock_guard lock(mutex);
            for (std::uint32_t i = 0; i < batch.count; ++i) {
                order += static_cast<char>(batch.events[i].bytes[0]);
            }
            accepted = batch.count;
            called_on = std::this_thread::get_id();
            return TACTUS_OK;
        };
        present = this;
        plays.output.flush = [](tactus_plugin*, std::uint32_t port) noexcept {
            const std::lock_guard lock(present->mutex);
            present->order += port == 0 ? "!" : "?";
            present->flushed_on = std::this_thread::get_id();
        };
    }
    ~flush_case() override { wind_up(); }

    [[nodiscard]] std::string said() {
        const std::lock_guard lock(mutex);
        return order;
    }
    void up() {
        start(host::role::output);
        (void)come_up();
    }

    static inline flush_case* present = nullptr;
    std::mutex mutex; // guards the rest
    std::string order;
    std::thread::id called_on;
    std::thread::id flushed_on;
};

} // namespace

TEST_CASE_METHOD(flush_case, "an output on the loop is flushed there, at once") {
    up();

    fixture.dispatcher.canceller().drop(flow::dropped::stop);

    CHECK(said() == "!");
    CHECK(flushed_on == std::this_thread::get_id());
}

TEST_CASE_METHOD(flush_case, "an output that has said its last word is not flushed") {
    up();
    one->said_stopped(TACTUS_OK);

    fixture.dispatcher.canceller().drop(flow::dropped::stop);

    CHECK(said().empty());
}

TEST_CASE_METHOD(flush_case, "a plugin without a flush has none called") {
    plays.output.flush = nullptr;
    up();

    fixture.dispatcher.canceller().drop(flow::dropped::stop);

    CHECK(said().empty());
}

TEST_CASE_METHOD(flush_case, "a worker forgets what it holds, flushes, then sends on") {
    plays.output.flags = TACTUS_OUT_MAY_BLOCK;
    std::atomic<bool> is_full{true};
    std::atomic<bool> was_asked{false};
    const auto send = plays.on_send;
    plays.on_send = [&](const tactus_batch& batch, std::uint32_t& accepted) {
        accepted = 0;
        was_asked = true;
        return is_full ? TACTUS_E_AGAIN : send(batch, accepted);
    };
    up();
    host::worker& thread = one->resources().worker().get();
    const std::int64_t now_ns = clock.now_ns();
    single note_off("c", 0, now_ns);
    note_off.event.flags = TACTUS_EVENT_CRITICAL;
    const single held("b", 0, now_ns + far_ns);
    const single later("d", 0, now_ns);
    REQUIRE(thread.hand_over(held.event));
    REQUIRE(thread.hand_over(note_off.event));
    REQUIRE(turn_until([&] { return was_asked.load(); }));
    is_full = false;

    thread.flush(flow::keep::critical);
    REQUIRE(thread.hand_over(later.event));

    finished_counts done;
    REQUIRE(turn_until([&] { return done.of(thread).total == 3; }));
    CHECK(said() == "!cd");
    CHECK(done.sent == 2);
    CHECK(done.cancelled == 1);
    CHECK(flushed_on == called_on);
    CHECK(flushed_on != std::this_thread::get_id());
    wind_up(); // the worker has this test's variables
}

TEST_CASE_METHOD(flush_case, "a panic reaches a worker that is full") {
    plays.output.flags = TACTUS_OUT_MAY_BLOCK;
    std::atomic<bool> is_full{true};
    std::atomic<bool> was_asked{false};
    const auto send = plays.on_send;
    plays.on_send = [&](const tactus_batch& batch, std::uint32_t& accepted) {
        accepted = 0;
        was_asked = true;
        return is_full ? TACTUS_E_AGAIN : send(batch, accepted);
    };
    up();
    fixture.deliver(1, osc_n);
    REQUIRE(turn_until([&] { return was_asked.load(); }));

    is_full = false;
    fixture.dispatcher.silencer().panic();

    REQUIRE(turn_until(
        [&] { return fixture.dispatcher.account().in_flight() == 0 && !said().empty(); }));
    CHECK(said().front() == '!');
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::cancelled) == 1);
    CHECK(fixture.unaccounted(1) == 0);
    wind_up(); // the worker has this test's variables
}

TEST_CASE_METHOD(flush_case, "a flush that keeps nothing takes note-offs and clock ticks, too") {
    plays.output.flags = TACTUS_OUT_MAY_BLOCK;
    const flow::keep kept = GENERATE(flow::keep::critical, flow::keep::nothing);
    up();
    host::worker& thread = one->resources().worker().get();
    single note_off("c", 0, clock.now_ns() + far_ns);
    note_off.event.flags = TACTUS_EVENT_CRITICAL;
    single tick("\xF8", 0, clock.now_ns() + far_ns);
    tick.event.protocol = TACTUS_PROTO_MIDI;
    const single held("b", 0, clock.now_ns() + far_ns);
    REQUIRE(thread.hand_over(note_off.event));
    REQUIRE(thread.hand_over(tick.event));
    REQUIRE(thread.hand_over(held.event));

    thread.flush(kept);

    finished_counts done;
    const std::uint64_t gone = kept == flow::keep::nothing ? 3 : 1;
    REQUIRE(turn_until([&] { return done.of(thread).cancelled == gone; }));
    REQUIRE(turn_until([&] { return said() == "!"; }));
    CHECK(done.of(thread).total == gone);
    one->resources().worker().get().flush(flow::keep::nothing); // of the rest nobody asks any more
    REQUIRE(turn_until([&] { return done.of(thread).total == 3; }));
    wind_up();
}
