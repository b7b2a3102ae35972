// SPDX-License-Identifier: MIT
// What leaves while a batch comes in, and in what company: what has a time keeps it, what has none
// goes with its neighbours, and nothing is lost or overtaken for it.
#include "tests/kernel/flow/flow_support.hpp"
#include "tests/kernel/flow/ingress/ticking_flow.hpp"

#include <algorithm>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

std::vector<tactus_event> copies(const wire::bytes& packet, std::size_t count) {
    return std::vector<tactus_event>(count, event_of(TACTUS_PROTO_OSC, packet));
}

bool is_in_order(const tactus::testing::recording_sink& sink) {
    return std::is_sorted(sink.records.begin(), sink.records.end(),
                          [](const auto& a, const auto& b) { return a.due_ns < b.due_ns; });
}

output_choice small(std::uint64_t events, when_full policy) {
    output_choice choice;
    choice.settings.limits = {{events, 1 << 20}, policy};
    return choice;
}

} // namespace

TEST_CASE("what came together to leave at once leaves together") {
    const auto flow = simple_flow();
    const wire::bytes packet = osc("/a", 1);

    static_cast<void>(flow->in.emit(0, batch_of(copies(packet, 60), droppable)));
    flow->run();

    REQUIRE(flow->sink().batch_sizes == std::vector<std::uint32_t>{60});
    REQUIRE(flow->balanced());
}

TEST_CASE("after 64 packets those leave that came to leave at once") {
    const auto flow = simple_flow();
    const wire::bytes packet = osc("/a", 1);

    static_cast<void>(flow->in.emit(0, batch_of(copies(packet, 130), droppable)));

    REQUIRE(flow->sink().batch_sizes == std::vector<std::uint32_t>{64, 64});
    flow->run();
    REQUIRE(flow->sink().records.size() == 130);
    REQUIRE(flow->balanced());
}

TEST_CASE("what waited leaves within 8 packets of its time, behind what was due before it") {
    ticking_flow flow;
    const wire::bytes waiting = osc("/waiting");
    const wire::bytes packet = osc("/a", 1);
    // Looks: one to emit it, one to emit the batch, then one after 8 packets, one after 16.
    flow.emit({event_of(TACTUS_PROTO_OSC, waiting, {.due_ns = flow.clock.at_look(3)})});

    flow.emit(copies(packet, 60));

    REQUIRE(flow.sink.records.size() == 17);
    REQUIRE(flow.place_of(text(waiting)) == 16);
    REQUIRE(is_in_order(flow.sink));
}

TEST_CASE("what a batch itself brings for a time leaves within 8 packets of it") {
    ticking_flow flow;
    const wire::bytes timed = osc("/timed");
    const wire::bytes packet = osc("/a", 1);
    std::vector<tactus_event> events = copies(packet, 60);
    events[1] = event_of(TACTUS_PROTO_OSC, timed, {.due_ns = flow.clock.at_look(3)});

    flow.emit(events);

    REQUIRE(flow.sink.records.size() == 24);
    REQUIRE(flow.place_of(text(timed)) == 23);
    REQUIRE(is_in_order(flow.sink));
}

TEST_CASE("what is not due yet holds nothing back and does not hurry the rest") {
    ticking_flow flow;
    const wire::bytes packet = osc("/a", 1);
    std::vector<tactus_event> events = copies(packet, 60);
    events[1] = event_of(TACTUS_PROTO_OSC, packet, {.due_ns = flow.clock.at_look(1000)});

    flow.emit(events);
    REQUIRE(flow.sink.records.empty());
    flow.out.run_due(flow.clock.now_ns());

    REQUIRE(flow.sink.batch_sizes == std::vector<std::uint32_t>{59});
}

TEST_CASE("a batch longer than a queue loses nothing, whatever the queue does when it is full") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const auto flow = simple_flow(small(20, policy));
    const wire::bytes packet = osc("/a", 1);

    static_cast<void>(flow->in.emit(0, batch_of(copies(packet, 500), droppable)));
    flow->run();

    REQUIRE(flow->sink().records.size() == 500);
    REQUIRE(flow->balanced());
}

TEST_CASE("a batch of more bytes than a queue takes loses nothing") {
    output_choice narrow;
    narrow.settings.limits.pending.bytes = 8'000;
    const auto flow = simple_flow(narrow);
    const wire::bytes packet = osc("/" + std::string(199, 'a'));

    static_cast<void>(flow->in.emit(0, batch_of(copies(packet, 60), droppable)));
    flow->run();

    REQUIRE(flow->sink().records.size() == 60);
    REQUIRE(flow->balanced());
}
