// SPDX-License-Identifier: MIT
// timed_queue: cancelling by output and by tag, removing outputs, and sweeping up.
#include "tests/kernel/flow/queue/timed_queue_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

TEST_CASE("cancelling an output counts at once and spares critical events") {
    queue_under_test test;
    const auto output = test.add();
    const auto other = test.add();
    REQUIRE(test.push(output, start_ns, "on") == push_result::accepted);
    REQUIRE(test.push(output, start_ns + 1, "off", critical()) == push_result::accepted);
    REQUIRE(test.push(output, start_ns + 2, "on") == push_result::accepted);
    REQUIRE(test.push(other, start_ns, "x") == push_result::accepted);

    REQUIRE(test.queue.cancel(output) == 2);

    REQUIRE(test.queue.counts(output).pending == short_events(1));
    REQUIRE(test.queue.counts(output).cancelled == 2);
    REQUIRE(test.queue.departures().next_due(output) == start_ns + 1);
    REQUIRE(test.take(output, start_ns + 9) == "off");
    REQUIRE(test.take(other, start_ns + 9) == "x");
}

TEST_CASE("cancelling everything takes critical events too") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE(test.push(output, start_ns, "on") == push_result::accepted);
    REQUIRE(test.push(output, start_ns, "off", critical()) == push_result::accepted);

    REQUIRE(test.queue.cancel(output, keep::nothing) == 2);

    REQUIRE_FALSE(test.queue.departures().next_due().has_value());
    REQUIRE(test.take(output, start_ns).empty());
    test.sweep_all();
    REQUIRE(test.queue.events().cells().cells_in_use() == 0);
}

TEST_CASE("what comes after a cancellation is pending") {
    queue_under_test test;
    const auto output = test.add();

    for (int round = 0; round < 3; ++round) { // the second finds the first one not yet swept
        REQUIRE(test.push(output, start_ns, "old") == push_result::accepted);
        REQUIRE(test.push(output, start_ns, "old", tagged(4)) == push_result::accepted);
        REQUIRE(test.queue.cancel(output) == 2);
    }
    REQUIRE(test.push(output, start_ns + 1, "new", tagged(4)) == push_result::accepted);

    REQUIRE(test.queue.counts(output).pending.events == 1);
    REQUIRE(test.take(output, start_ns + 1) == "new");
    REQUIRE(test.queue.cancel(output) == 0);
}

TEST_CASE("cancelling a tag takes that tag of that output only") {
    queue_under_test test;
    const auto output = test.add();
    const auto other = test.add();
    REQUIRE(test.push(output, start_ns, "a1", tagged(1)) == push_result::accepted);
    REQUIRE(test.push(output, start_ns, "b2", tagged(2)) == push_result::accepted);
    REQUIRE(test.push(output, start_ns, "c1", tagged(1)) == push_result::accepted);
    REQUIRE(test.push(output, start_ns, "off", critical(1)) == push_result::accepted);
    REQUIRE(test.push(output, start_ns, "d") == push_result::accepted);
    REQUIRE(test.push(other, start_ns, "e1", tagged(1)) == push_result::accepted);

    REQUIRE(test.queue.cancel_tag(output, 1) == 2);
    REQUIRE(test.queue.cancel_tag(output, 1) == 0);
    REQUIRE(test.push(output, start_ns, "f1", tagged(1)) == push_result::accepted);

    REQUIRE(test.queue.counts(output).pending.events == 4);
    REQUIRE(test.take(output, start_ns) == "b2 off d f1");
    REQUIRE(test.take(other, start_ns) == "e1");
}

TEST_CASE("a tag can be cancelled with its critical events, even after one that spared them") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE(test.push(output, start_ns, "on", tagged(1)) == push_result::accepted);
    REQUIRE(test.push(output, start_ns, "off", critical(1)) == push_result::accepted);

    REQUIRE(test.queue.cancel_tag(output, 1) == 1);
    REQUIRE(test.queue.cancel_tag(output, 1, keep::nothing) == 1);

    REQUIRE(test.take(output, start_ns).empty());
}

TEST_CASE("no tag is no group: nothing is cancelled by 0 or by a tag never seen") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE(test.push(output, start_ns, "a") == push_result::accepted);

    REQUIRE(test.queue.cancel_tag(output, 0) == 0);
    REQUIRE(test.queue.cancel_tag(output, 77) == 0);

    REQUIRE(test.take(output, start_ns) == "a");
}

TEST_CASE("cancelling an output and then a tag counts no event twice") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE(test.push(output, start_ns, "a", tagged(1)) == push_result::accepted);

    REQUIRE(test.queue.cancel(output) == 1);
    REQUIRE(test.queue.cancel_tag(output, 1) == 0);

    REQUIRE(test.queue.counts(output).cancelled == 1);
}

TEST_CASE("an entry that was cancelled while it was out does not come back") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE(test.push(output, start_ns, "a", tagged(1)) == push_result::accepted);
    REQUIRE(test.push(output, start_ns, "b") == push_result::accepted);
    REQUIRE(test.push(output, start_ns, "c", critical(1)) == push_result::accepted);
    const auto entries = test.pop(output, start_ns);

    REQUIRE(test.queue.cancel_tag(output, 1) == 0);
    REQUIRE_FALSE(test.queue.requeue(entries[0]));
    REQUIRE(test.queue.cancel(output) == 0);
    REQUIRE_FALSE(test.queue.requeue(entries[1]));
    REQUIRE(test.queue.requeue(entries[2]));

    REQUIRE(test.queue.counts(output).cancelled == 2);
    REQUIRE(test.take(output, start_ns) == "c");
    REQUIRE(test.queue.events().cells().cells_in_use() == 0);
}

TEST_CASE("cancelling keeps limits free at once, before anything is swept") {
    queue_under_test test({.pending = {100, 1 << 20}});
    const auto output = test.add(100);

    for (int round = 0; round < 50; ++round) {
        for (int i = 0; i < 90; ++i) {
            const auto tag = static_cast<std::uint32_t>(round % 2);
            REQUIRE(test.push(output, start_ns + i, "x", tagged(tag)) == push_result::accepted);
        }
        REQUIRE(test.push(output, start_ns, "x") == push_result::full);
        REQUIRE((round % 2 == 0 ? test.queue.cancel(output) : test.queue.cancel_tag(output, 1)) ==
                90);
    }

    REQUIRE(test.queue.events().cells().cells_in_use() <= 200);
    test.sweep_all();
    REQUIRE(test.queue.events().cells().cells_in_use() == 0);
}

TEST_CASE("a live event behind many cancelled ones comes out in bounded steps") {
    queue_under_test test;
    const auto output = test.add(1000);
    for (int i = 0; i < 800; ++i) {
        REQUIRE(test.push(output, start_ns, "x", tagged(1)) == push_result::accepted);
    }
    REQUIRE(test.push(output, start_ns + 1, "live") == push_result::accepted);
    REQUIRE(test.queue.cancel_tag(output, 1) == 800);

    int calls = 0;
    std::string got;
    while (const auto due = test.queue.departures().next_output_due(start_ns + 1)) {
        got += test.take(*due, start_ns + 1);
        ++calls;
    }

    REQUIRE(got == "live");
    REQUIRE(calls == 4); // 800 less those that the cancellation trimmed, by 256
    REQUIRE(test.queue.events().cells().cells_in_use() == 0);
}

TEST_CASE("sweeping compacts a heap that is more than half cancelled, by slices") {
    queue_under_test test;
    const auto output = test.add(1000);
    for (int i = 0; i < 900; ++i) {
        const auto source = i % 3 == 0 ? event_source{} : tagged(1);
        REQUIRE(test.push(output, start_ns + (i * 7) % 900, "x", source) == push_result::accepted);
    }
    REQUIRE(test.queue.cancel_tag(output, 1) == 600);

    REQUIRE(test.queue.sweep(10));
    const std::size_t after_one = test.queue.events().cells().cells_in_use();
    test.sweep_all();

    REQUIRE(after_one >= 900 - 10 - 32);
    REQUIRE(test.queue.events().cells().cells_in_use() <= 600);
    std::int64_t before = 0;
    std::size_t count = 0;
    while (test.queue.departures().next_due().has_value()) {
        for (const auto& entry : test.pop(output, start_ns + 900, 1000)) {
            REQUIRE(entry.due_ns >= before);
            before = entry.due_ns;
            ++count;
            test.queue.release(entry);
        }
    }
    REQUIRE(count == 300);
    test.sweep_all(); // those that were cancelled and due last
    REQUIRE(test.queue.events().cells().cells_in_use() == 0);
}

TEST_CASE("long payloads of cancelled events are freed by the sweep") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE(test.push(output, start_ns, std::string(1000, 'x')) == push_result::accepted);
    REQUIRE(test.queue.cancel(output) == 1);

    REQUIRE(test.queue.events().cells().blocks_in_use() == 1);
    test.sweep_all();

    REQUIRE(test.queue.events().cells().blocks_in_use() == 0);
}

TEST_CASE("a removed output's number is reused once everything of it is gone") {
    queue_under_test test;
    const auto kept = test.add();
    const auto removed = test.add();
    REQUIRE(test.push(kept, start_ns, "k") == push_result::accepted);
    for (const char* text : {"a", "b", "c"}) {
        REQUIRE(test.push(removed, start_ns, text, critical(3)) == push_result::accepted);
    }
    const auto entries = test.pop(removed, start_ns, 1);

    REQUIRE(test.queue.remove_output(removed) == 2);
    test.sweep_all();
    const auto meanwhile = test.add();
    REQUIRE_FALSE(test.queue.requeue(entries[0]));
    test.sweep_all();
    const auto after = test.add();

    REQUIRE(meanwhile != removed);
    REQUIRE(after == removed);
    REQUIRE(test.queue.counts(after).cancelled == 0);
    REQUIRE(test.queue.counts(after).pending.events == 0);
    REQUIRE(test.push(after, start_ns + 1, "new", tagged(3)) == push_result::accepted);
    REQUIRE(test.take(after, start_ns + 1) == "new");
    REQUIRE(test.take(kept, start_ns) == "k");
}

TEST_CASE("pausing and cancelling go together") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE(test.push(output, start_ns, "a") == push_result::accepted);
    test.queue.departures().pause(output);

    REQUIRE(test.queue.cancel(output) == 1);
    REQUIRE(test.push(output, start_ns, "b") == push_result::accepted);
    REQUIRE_FALSE(test.queue.departures().next_due().has_value());
    test.queue.departures().resume(output);

    REQUIRE(test.queue.departures().next_due() == start_ns);
    REQUIRE(test.take(output, start_ns) == "b");
}
