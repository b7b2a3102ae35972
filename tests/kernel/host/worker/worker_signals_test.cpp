// SPDX-License-Identifier: MIT
// What passes between a worker's owner and its thread, one side after the other.
#include "kernel/host/worker/worker_signals.hpp"
#include "tests/support/catch.hpp"

namespace {

using tactus::host::end_signal;
using tactus::host::flush_signal;
using tactus::host::room_signal;
using tactus::host::send_times;
using tactus::host::work_queue;

tactus_event critical() {
    tactus_event event{};
    event.flags = TACTUS_EVENT_CRITICAL;
    return event;
}

TEST_CASE("a flush removes what was handed over before it, except what is critical") {
    flush_signal flushes;
    CHECK_FALSE(flushes.is_new());
    flushes.ask(3, tactus::flow::keep::critical);
    REQUIRE(flushes.is_new());
    CHECK_FALSE(flushes.removes({}, 2)); // not before it is taken
    flushes.take();
    CHECK_FALSE(flushes.is_new());
    CHECK(flushes.removes({}, 2));
    CHECK_FALSE(flushes.removes({}, 3));
    CHECK_FALSE(flushes.removes(critical(), 2));
}

TEST_CASE("a flush that keeps nothing removes what is critical, too") {
    flush_signal flushes;
    flushes.ask(3, tactus::flow::keep::nothing);
    flushes.take();
    CHECK(flushes.removes(critical(), 2));
    CHECK_FALSE(flushes.removes(critical(), 3));
}

TEST_CASE("a plugin that is full has room again once it has said so, even during the send") {
    room_signal room;
    room.before_send();
    room.after_send(true);
    CHECK(room.is_full());
    room.writable();
    CHECK_FALSE(room.is_full());

    room.before_send();
    room.writable();
    room.after_send(true);
    CHECK_FALSE(room.is_full());
}

TEST_CASE("a plugin stays full for others after it has taken one that may pass") {
    room_signal room;
    room.before_send();
    room.after_send(true);
    const std::uint64_t since = room.full_since();
    room.before_send();
    room.after_send(false);
    CHECK_FALSE(room.is_full());
    room.stay_full(since);
    CHECK(room.is_full());
}

TEST_CASE("the thread is woken only for another lookahead") {
    send_times times;
    CHECK(times.set(100, 20));
    CHECK_FALSE(times.set(200, 20));
    CHECK(times.leaves_ns(1000) == 800);
    CHECK(times.given_ns(1000) == 780);
}

TEST_CASE("nothing is sent after a stop or once abandoned") {
    end_signal stopped;
    CHECK(stopped.may_send());
    stopped.request_stop();
    CHECK_FALSE(stopped.may_send());
    end_signal abandoned;
    abandoned.abandon();
    CHECK_FALSE(abandoned.may_send());
    CHECK_FALSE(abandoned.has_ended());
}

TEST_CASE("work is taken in order") {
    work_queue work;
    int first = 0;
    int second = 0;
    work.push({nullptr, &first, nullptr, nullptr});
    work.push({nullptr, &second, nullptr, nullptr});
    CHECK(work.take()->arg == &first);
    CHECK(work.take()->arg == &second);
    CHECK(work.is_empty());
    CHECK_FALSE(work.take().has_value());
}

} // namespace
