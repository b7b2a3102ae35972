// SPDX-License-Identifier: MIT
#include "kernel/daemon/event_flow.hpp"

#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus;
using namespace tactus::flow::test;

TEST_CASE("an event passes all stations, by the clock that they were made with") {
    time::manual_clock clock;
    daemon::event_flow way(std::move(*flow::timed_queue::make({}, clock.now_ns())), clock);
    testing::recording_sink sink(clock);
    const auto output = way.dispatcher.add_output({});
    const auto input = way.ingress.add_input({.name = "in"});
    REQUIRE((output.has_value() && input.has_value()));
    way.dispatcher.attach(*output, {&sink, takes_midi});
    static_cast<void>(way.dispatcher.ports(*output).add("port", "port", true));
    way.dispatcher.ports_changed(*output);
    way.ingress.configure({});
    way.fan_out.configure(flow::router({{{*input}, std::nullopt, {*output}}}), {});

    const std::vector<tactus_event> events = {
        event_of(TACTUS_PROTO_MIDI, note_on(60), {.due_ns = clock.now_ns() + 5 * ms_ns})};
    way.ingress.emit(*input, batch_of(events, droppable));
    way.dispatcher.run_due(clock.now_ns());
    CHECK(sink.records.empty());

    clock.advance_ns(5 * ms_ns);
    way.dispatcher.run_due(clock.now_ns());
    REQUIRE(sink.records.size() == 1);
    CHECK(sink.records[0].bytes == text(note_on(60)));
    CHECK(sink.records[0].at_ns == sink.records[0].due_ns);
}
