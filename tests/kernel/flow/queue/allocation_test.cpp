// SPDX-License-Identifier: MIT
// The steady state allocates nothing: a program of its own, because it replaces operator new.
#include "tests/kernel/flow/queue/timed_queue_support.hpp"
#include "tests/support/counting_new.hpp"

#include <cstdlib>
#include <new>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// One turn: events of several sizes and tags for two outputs, some cancelled, some given back.
void turn(queue_under_test& test, std::int64_t now_ns, std::string_view text,
          std::span<due_entry> room) {
    for (std::uint16_t i = 0; i < 40; ++i) {
        const auto output = static_cast<std::uint16_t>(i % 2);
        const std::size_t size = i % 10 == 0 ? text.size() : i;
        static_cast<void>(test.push(output, now_ns + i % 7, text.substr(0, size), tagged(i % 5)));
    }
    static_cast<void>(test.queue.cancel_tag(0, 3));
    if (now_ns % 4 == 0) {
        static_cast<void>(test.queue.cancel(1));
    }
    while (const auto output = test.queue.departures().next_output_due(now_ns + 5)) {
        const std::size_t count = test.queue.pop_due(*output, now_ns + 5, room);
        for (const due_entry& entry : room.first(count)) {
            entry.slot % 16 == 0 && entry.due_ns == now_ns + 5
                ? static_cast<void>(test.queue.requeue(entry))
                : test.queue.release(entry);
        }
        if (count > 0 && room[count - 1].due_ns == now_ns + 5) {
            break;
        }
    }
    static_cast<void>(test.queue.sweep(100));
}

} // namespace

TEST_CASE("pushing, taking out, cancelling and sweeping allocate nothing once warm") {
    queue_under_test test;
    REQUIRE(test.add() == 0);
    REQUIRE(test.add() == 1);
    const std::string text(3000, 'x');
    std::vector<due_entry> room(16);
    std::int64_t now_ns = start_ns;
    for (int i = 0; i < 100; ++i) {
        turn(test, ++now_ns, text, room);
    }

    const std::size_t before = allocations;
    for (int i = 0; i < 5000; ++i) {
        turn(test, ++now_ns, text, room);
    }
    const std::size_t after = allocations;

    REQUIRE(after == before);
    REQUIRE(before > 0); // the counter counts
}
