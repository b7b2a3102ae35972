// SPDX-License-Identifier: MIT
// timed_queue: order, limits, pausing, giving back. Cancelling is in timed_queue_cancel_test.cpp.
#include "kernel/flow/limits.hpp"
#include "kernel/flow/queue/admission.hpp"
#include "tests/kernel/flow/queue/timed_queue_support.hpp"

#include <limits>

using namespace tactus::flow;
using namespace tactus::flow::test;

TEST_CASE("events leave in the order in which they are due") {
    queue_under_test test;
    const auto output = test.add();

    REQUIRE(test.push(output, start_ns + 30, "c") == push_result::accepted);
    REQUIRE(test.push(output, start_ns + 10, "a") == push_result::accepted);
    REQUIRE(test.push(output, start_ns + 20, "b") == push_result::accepted);

    REQUIRE(test.queue.departures().next_due() == start_ns + 10);
    REQUIRE(test.take(output, start_ns + 30) == "a b c");
    REQUIRE_FALSE(test.queue.departures().next_due().has_value());
}

TEST_CASE("equal due times leave in arrival order, critical ones among them") {
    queue_under_test test;
    const auto output = test.add();

    for (int i = 0; i < 20; ++i) {
        const auto source = i % 3 == 0 ? critical() : event_source{};
        REQUIRE(test.push(output, start_ns, std::to_string(i), source) == push_result::accepted);
    }

    REQUIRE(test.take(output, start_ns) == "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19");
}

TEST_CASE("nothing leaves before it is due") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE(test.push(output, start_ns + 10, "a") == push_result::accepted);

    REQUIRE(test.take(output, start_ns + 9).empty());
    REQUIRE_FALSE(test.queue.departures().next_output_due(start_ns + 9).has_value());

    REQUIRE(test.queue.departures().next_output_due(start_ns + 10) == output);
    REQUIRE(test.take(output, start_ns + 10) == "a");
}

TEST_CASE("what was due before it came still leaves by its due time") {
    queue_under_test test;
    const auto output = test.add();

    REQUIRE(test.push(output, start_ns - 1, "late") == push_result::accepted);
    REQUIRE(test.push(output, start_ns - 1000 * second_ns, "later") == push_result::accepted);

    const auto entries = test.pop(output, start_ns);
    REQUIRE(test.text_of(entries[0]) == "later");
    REQUIRE(entries[0].due_ns == start_ns - 1000 * second_ns);
    REQUIRE(test.text_of(entries[1]) == "late");
}

TEST_CASE("due times at the ends of the clock are accepted, and sort") {
    queue_under_test test;
    const auto output = test.add();

    REQUIRE(test.push(output, std::numeric_limits<std::int64_t>::max(), "z") ==
            push_result::accepted);
    REQUIRE(test.push(output, start_ns, "b") == push_result::accepted);
    REQUIRE(test.push(output, std::numeric_limits<std::int64_t>::min(), "a") ==
            push_result::accepted);

    REQUIRE(test.take(output, start_ns) == "a b");
    REQUIRE(test.queue.departures().next_due().value() > start_ns + 4 * 365 * 86'400 * second_ns);
}

TEST_CASE("an event keeps everything that came with it") {
    queue_under_test test;
    const auto output = test.add();
    event_source source;
    source.arrival_ns = start_ns - 5;
    source.port = 17;
    source.tag = 99;
    source.protocol = TACTUS_PROTO_MIDI;
    source.flags = TACTUS_EVENT_TIMED;

    REQUIRE(test.push(output, start_ns, "\x90\x3c\x40", source) == push_result::accepted);

    const auto entries = test.pop(output, start_ns);
    REQUIRE(entries.size() == 1);
    const event_cell& cell = test.queue.events().cell(entries[0].slot);
    REQUIRE(test.queue.arrival_ns(entries[0].slot) == start_ns - 5);
    REQUIRE(cell.port == 17);
    REQUIRE(cell.tag == 99);
    REQUIRE(cell.output == output);
    REQUIRE(cell.protocol == TACTUS_PROTO_MIDI);
    REQUIRE((cell.flags & ~event_cell::own_flags) == TACTUS_EVENT_TIMED);
    REQUIRE(test.text_of(entries[0]) == "\x90\x3c\x40");
}

TEST_CASE("the output whose head is due first is next") {
    queue_under_test test;
    std::vector<std::uint16_t> outputs;
    for (int i = 0; i < 9; ++i) {
        outputs.push_back(test.add());
        REQUIRE(test.push(outputs.back(), start_ns + (i * 5) % 9, "x") == push_result::accepted);
    }

    std::vector<std::int64_t> order;
    while (const auto output = test.queue.departures().next_output_due(start_ns + 100)) {
        order.push_back(*test.queue.departures().next_due() - start_ns);
        REQUIRE(test.take(*output, start_ns + order.back()) == "x");
    }

    REQUIRE(order == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8});
}

TEST_CASE("a paused output loses nothing and is never due") {
    queue_under_test test;
    const auto paused = test.add();
    const auto other = test.add();
    REQUIRE(test.push(paused, start_ns, "a") == push_result::accepted);
    REQUIRE(test.push(other, start_ns + 5, "x") == push_result::accepted);

    test.queue.departures().pause(paused);
    REQUIRE(test.push(paused, start_ns + 1, "b") == push_result::accepted);

    REQUIRE(test.queue.departures().next_due() == start_ns + 5);
    REQUIRE(test.queue.departures().next_due(paused) == start_ns);
    REQUIRE(test.queue.departures().next_output_due(start_ns + 9) == other);
    test.queue.departures().resume(paused);
    REQUIRE(test.queue.departures().next_output_due(start_ns + 9) == paused);
    REQUIRE(test.take(paused, start_ns + 9) == "a b");
}

TEST_CASE("what an output did not accept goes back to its place") {
    queue_under_test test;
    const auto output = test.add();
    for (const char* text : {"a", "b", "c"}) {
        REQUIRE(test.push(output, start_ns, text) == push_result::accepted);
    }

    const auto entries = test.pop(output, start_ns);
    REQUIRE(test.push(output, start_ns, "d") == push_result::accepted);
    test.queue.release(entries[0]);
    REQUIRE(test.queue.requeue(entries[1]));
    REQUIRE(test.queue.requeue(entries[2]));

    REQUIRE(test.queue.departures().next_due() == start_ns);
    REQUIRE(test.take(output, start_ns) == "b c d");
}

TEST_CASE("a batch is no larger than its room") {
    queue_under_test test;
    const auto output = test.add();
    for (const char* text : {"a", "b", "c"}) {
        REQUIRE(test.push(output, start_ns, text) == push_result::accepted);
    }

    const auto entries = test.pop(output, start_ns, 2);

    REQUIRE(entries.size() == 2);
    REQUIRE(test.queue.departures().next_output_due(start_ns) == output);
    REQUIRE(test.queue.counts(output).pending.events == 1);
}

TEST_CASE("an output is full at its limit, less a tenth that is kept for critical events") {
    queue_under_test test;
    const auto output = test.add(20);
    for (int i = 0; i < 18; ++i) {
        REQUIRE(test.push(output, start_ns, "x") == push_result::accepted);
    }

    REQUIRE(test.push(output, start_ns, "x") == push_result::full);

    REQUIRE(test.push(output, start_ns, "off", critical()) == push_result::accepted);
    REQUIRE(test.push(output, start_ns, "off", critical()) == push_result::accepted);
    REQUIRE(test.queue.counts(output).pending.events == 20);
    REQUIRE(test.queue.counts(output).evicted == 0);
}

TEST_CASE("memory is limited like events: cells, keys and the blocks of long payloads") {
    queue_under_test test;
    const auto added = test.queue.add_output({{1000, short_events(11).bytes}, when_full::refuse});
    REQUIRE(added.has_value());
    for (int i = 0; i < 9; ++i) {
        REQUIRE(test.push(*added, start_ns, std::string(98, 'x')) == push_result::accepted);
    }

    REQUIRE(test.push(*added, start_ns, "y") == push_result::full);
    REQUIRE(test.push(*added, start_ns, std::string(99, 'z'), critical()) == push_result::full);
    REQUIRE(test.push(*added, start_ns, "z", critical()) == push_result::accepted);
    REQUIRE(test.queue.counts(*added).pending == short_events(10));
}

TEST_CASE("the limit of the whole queue holds over all outputs") {
    queue_under_test test({.pending = {10, 1 << 20}});
    const auto first = test.add();
    const auto second = test.add();
    for (int i = 0; i < 9; ++i) {
        REQUIRE(test.push(i % 2 == 0 ? first : second, start_ns, "x") == push_result::accepted);
    }

    REQUIRE(test.push(first, start_ns, "x") == push_result::full);
    REQUIRE(test.push(second, start_ns, "off", critical()) == push_result::accepted);
    REQUIRE(test.queue.counts(first).capacity.events == 10);
}

TEST_CASE("events in the dispatcher's hands count towards the limit until they are released") {
    queue_under_test test;
    const auto output = test.add(5, when_full::refuse);
    for (int i = 0; i < 5; ++i) {
        REQUIRE(test.push(output, start_ns, "x") == push_result::accepted);
    }

    const auto entries = test.pop(output, start_ns);
    REQUIRE(test.queue.counts(output).pending.events == 0);
    REQUIRE(test.push(output, start_ns, "y") == push_result::full);
    test.queue.release(entries[0]);

    REQUIRE(test.push(output, start_ns, "y") == push_result::accepted);
}

TEST_CASE("drop-oldest makes room with the normal event that is due next") {
    queue_under_test test;
    const auto output = test.add(3, when_full::drop_oldest);
    REQUIRE(test.push(output, start_ns + 1, "off", critical()) == push_result::accepted);
    REQUIRE(test.push(output, start_ns + 2, "first") == push_result::accepted);
    REQUIRE(test.push(output, start_ns + 3, "second") == push_result::accepted);

    REQUIRE(test.push(output, start_ns + 4, "new") == push_result::accepted);

    REQUIRE(test.queue.counts(output).evicted == 1);
    REQUIRE(test.take(output, start_ns + 9) == "off second new");
}

TEST_CASE("drop-oldest gives up nothing for an event that can never fit") {
    queue_under_test test;
    const auto added = test.queue.add_output({{100, 4000}, when_full::drop_oldest});
    REQUIRE(added.has_value());
    REQUIRE(test.push(*added, start_ns, "x") == push_result::accepted);

    REQUIRE(test.push(*added, start_ns, std::string(5000, 'x')) == push_result::full);

    REQUIRE(test.queue.counts(*added).evicted == 0);
    REQUIRE(test.take(*added, start_ns) == "x");
}

TEST_CASE("drop-oldest looks at a bounded number of events") {
    queue_under_test test;
    const auto added =
        test.queue.add_output({{1000, short_events(1000).bytes}, when_full::drop_oldest});
    REQUIRE(added.has_value());
    for (int i = 0; i < 900; ++i) {
        REQUIRE(test.push(*added, start_ns, "x") == push_result::accepted);
    }

    const std::string large(16'000, 'y'); // as much as 115 short ones
    REQUIRE(test.push(*added, start_ns, large) == push_result::full);
    REQUIRE(test.queue.counts(*added).evicted == admission::looks_max);
    REQUIRE(test.push(*added, start_ns, large) == push_result::accepted);
}

TEST_CASE("a note-off takes the place of a note-on, unless the input can wait") {
    queue_under_test test;
    const auto dropping = test.add(1, when_full::drop_newest);
    const auto refusing = test.add(1, when_full::refuse);
    for (const auto output : {dropping, refusing}) {
        REQUIRE(test.push(output, start_ns, "on") == push_result::accepted);
    }

    REQUIRE(test.push(dropping, start_ns, "off", critical()) == push_result::accepted);
    REQUIRE(test.push(refusing, start_ns, "off", critical()) == push_result::full);

    REQUIRE(test.take(dropping, start_ns) == "off");
    REQUIRE(test.take(refusing, start_ns) == "on");
    REQUIRE(test.push(dropping, start_ns, "off", critical()) == push_result::accepted);
    REQUIRE(test.push(dropping, start_ns, "off", critical()) == push_result::full);
}

TEST_CASE("counts tell what is pending, was most, and reaches furthest") {
    queue_under_test test;
    const auto output = test.add();
    REQUIRE_FALSE(test.queue.counts(output).furthest_due_ns.has_value());
    REQUIRE(test.push(output, start_ns + 70, "abc") == push_result::accepted);
    REQUIRE(test.push(output, start_ns + 20, "de") == push_result::accepted);

    REQUIRE(test.queue.counts(output).pending == short_events(2));
    REQUIRE(test.take(output, start_ns + 20) == "de");

    const auto counted = test.queue.counts(output);
    REQUIRE(counted.pending == short_events(1));
    REQUIRE(counted.high_watermark == 2);
    REQUIRE(counted.furthest_due_ns == start_ns + 70);
    REQUIRE(test.queue.pending() == short_events(1));
}

TEST_CASE("outputs that share a long payload share its block") {
    queue_under_test test;
    const auto first = test.add();
    const auto second = test.add();
    const std::string text(5000, 'p');
    event_source source;

    source.block = test.queue.hold(std::as_bytes(std::span(text.data(), text.size())));
    REQUIRE(source.block != nullptr);
    REQUIRE(test.push(first, start_ns, text, source) == push_result::accepted);
    REQUIRE(test.push(second, start_ns, text, source) == push_result::accepted);
    test.queue.let_go(source.block);

    REQUIRE(test.queue.events().cells().blocks_in_use() == 1);
    REQUIRE(test.take(first, start_ns) == text);
    REQUIRE(test.queue.events().cells().blocks_in_use() == 1);
    REQUIRE(test.take(second, start_ns) == text);
    REQUIRE(test.queue.events().cells().blocks_in_use() == 0);
}

TEST_CASE("long payloads stop at their memory limit and leave nothing behind") {
    queue_under_test test({.block_bytes = 3000});
    const auto output = test.add();
    const std::string text(1000, 'p');
    REQUIRE(test.push(output, start_ns, text) == push_result::accepted);
    REQUIRE(test.push(output, start_ns, text, tagged(5)) == push_result::accepted);

    REQUIRE(test.push(output, start_ns, text, tagged(5)) == push_result::no_memory);

    REQUIRE(test.queue.counts(output).pending.events == 2);
    REQUIRE(test.queue.events().cells().cells_in_use() == 2);
    REQUIRE(test.push(output, start_ns, "short") == push_result::accepted);
}

TEST_CASE("an empty payload and the longest one pass") {
    queue_under_test test;
    const auto output = test.add();
    const std::string longest(TACTUS_EVENT_SIZE_MAX, 'x');

    REQUIRE(test.push(output, start_ns, "") == push_result::accepted);
    REQUIRE(test.push(output, start_ns, longest) == push_result::accepted);

    const auto entries = test.pop(output, start_ns);
    REQUIRE(test.text_of(entries[0]).empty());
    REQUIRE(test.text_of(entries[1]) == longest);
}

TEST_CASE("limits that no queue can have are refused with a reason") {
    const auto none = timed_queue::make({.pending = {0, 1}}, start_ns);
    const auto many = timed_queue::make({.pending = {timed_queue::events_max + 1, 1}}, start_ns);
    const auto most = timed_queue::make({.pending = {timed_queue::events_max, 1}}, start_ns);
    queue_under_test test;
    const auto output = test.queue.add_output({{0, 1}, when_full::refuse});

    REQUIRE_FALSE(none.has_value());
    REQUIRE_FALSE(many.has_value());
    REQUIRE(many.error().text == "a queue holds 1 to 8000000 events, not 8000001");
    REQUIRE(most.has_value());
    REQUIRE_FALSE(output.has_value());
    REQUIRE(output.error().kind == tactus::error_kind::invalid);
}

TEST_CASE("there can be as many outputs as promised, and no more") {
    queue_under_test test;
    for (std::size_t i = 0; i < outputs_max; ++i) {
        REQUIRE(test.queue.add_output({{1, 1}, when_full::refuse}).has_value());
    }

    const auto extra = test.queue.add_output({{1, 1}, when_full::refuse});

    REQUIRE_FALSE(extra.has_value());
    REQUIRE(extra.error().kind == tactus::error_kind::limit);
}

TEST_CASE("memory of a peak is given back once nothing is pending") {
    queue_under_test test({.pending = {100'000, 1 << 30}});
    const auto output = test.add(100'000);
    for (int i = 0; i < 50'000; ++i) {
        REQUIRE(test.push(output, start_ns, "x") == push_result::accepted);
    }
    std::size_t released = 0;
    while (test.queue.departures().next_due().has_value()) {
        for (const due_entry& entry : test.pop(output, start_ns)) {
            test.queue.release(entry);
            ++released;
        }
    }
    REQUIRE(released == 50'000);

    int slices = 1;
    while (test.queue.sweep(100)) {
        ++slices;
    }

    REQUIRE(test.queue.events().cells().cells_in_use() == 0);
    REQUIRE(slices > 20);
    REQUIRE_FALSE(test.queue.sweep(100));
}
