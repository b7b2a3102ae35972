// SPDX-License-Identifier: MIT
// What the timed queue counts, after it was fuller than now.
#include "tests/kernel/flow/queue/timed_queue_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

TEST_CASE("the most that was pending stays known when less is") {
    queue_under_test test;
    const auto output = test.add();
    for (const char* const text : {"a", "b", "c"}) {
        REQUIRE(test.push(output, start_ns, text) == push_result::accepted);
    }
    REQUIRE(test.take(output, start_ns) == "a b c");
    REQUIRE(test.push(output, start_ns, "d") == push_result::accepted);

    REQUIRE(test.queue.counts(output).pending.events == 1);
    REQUIRE(test.queue.counts(output).high_watermark == 3);
}

TEST_CASE("how far it reaches begins anew when it was empty") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE(test.push(output, start_ns + 70, "far") == push_result::accepted);
    REQUIRE(test.take(output, start_ns + 70) == "far");
    REQUIRE(test.push(output, start_ns + 10, "near") == push_result::accepted);

    REQUIRE(test.queue.counts(output).furthest_due_ns == start_ns + 10);
}
