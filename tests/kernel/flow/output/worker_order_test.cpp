// SPDX-License-Identifier: MIT
// What sounds is what a worker has really sent, in the order in which it sent.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::int64_t ahead_ns = 2 * ms_ns;

std::unique_ptr<flow_under_test> worker_flow() {
    return simple_flow({.protocols = takes_midi, .ahead_ns = ahead_ns, .is_deferred = true});
}

// The worker sends them in that order, given as places in the order of their handing over.
void sends(flow_under_test& flow, const std::vector<std::size_t>& order) {
    for (const std::size_t each : order) {
        flow.sink().tell({flow.sink().unfinished.at(each).number, finish::sent, false});
    }
    flow.sink().unfinished.clear();
}

} // namespace

TEST_CASE("a note-off that overtakes its note-on at the worker leaves the note sounding") {
    const auto flow = worker_flow();
    const bool is_pedal = GENERATE(false, true);
    const std::int64_t due_ns = flow->clock.now_ns() + 1 * ms_ns;
    static_cast<void>(
        flow->emit_midi(is_pedal ? wire::hex("B0 40 7F") : note_on(60), {.due_ns = due_ns}));
    flow->drain();
    static_cast<void>(flow->emit_midi(is_pedal ? wire::hex("B0 40 00") : note_off(60)));
    flow->drain();
    REQUIRE(flow->sink().unfinished.size() == 2);

    sends(*flow, {1, 0});

    CHECK(flow->output().notes_sounding == (is_pedal ? 0 : 1));
    CHECK(flow->out.sounding_count().to_end(0) == 1);
    flow->out.silencer().silence(0, silence_cause::stop);
    flow->drain();
    sends(*flow, {0});
    CHECK(flow->out.sounding_count().to_end(0) == 0);
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("what a worker has not sent does not sound yet") {
    const auto flow = worker_flow();
    static_cast<void>(flow->emit_midi(note_on(60)));
    flow->drain();
    CHECK(flow->output().notes_sounding == 0);

    sends(*flow, {0});
    CHECK(flow->output().notes_sounding == 1);
}

TEST_CASE("a worker that is cut off in a call may have begun what it had; one that ended has not") {
    const bool is_cut_off = GENERATE(true, false);
    const auto flow = worker_flow();
    static_cast<void>(flow->emit_midi(note_on(60)));
    static_cast<void>(flow->emit_midi(note_on(61)));
    flow->drain();
    flow->sink().finish(1);
    flow->sink().is_alive = is_cut_off;

    flow->out.connections().detach(0, dropped::output_stalled);

    CHECK(flow->output().notes_sounding == (is_cut_off ? 2 : 1));
    CHECK(flow->dropped_as(dropped::output_stalled) == 1);
    CHECK(flow->balanced());
}

TEST_CASE("the worker is told when a note ends, and tells what it made of that") {
    const auto flow = worker_flow();
    delivery on;
    const wire::bytes bytes = note_on(60);
    on.due_ns = flow->clock.now_ns();
    on.source.bytes = std::as_bytes(std::span(bytes));
    on.source.protocol = TACTUS_PROTO_MIDI;
    on.note = bytes;
    const std::int64_t ends_ns = on.due_ns + 100 * ms_ns;

    flow->out.enqueuer().deliver_note(0, on, 100 * ms_ns);
    flow->drain();
    REQUIRE(flow->sink().unfinished.size() == 1);
    CHECK(flow->sink().unfinished[0].ends_ns == ends_ns);
    flow->sink().tell({flow->sink().unfinished[0].number, finish::sent, true});
    sends(*flow, {0});
    CHECK(flow->output().notes_sounding == 1);
    CHECK(flow->output().ledger.sent == 2);

    flow->advance_by(98 * ms_ns);
    REQUIRE(flow->sink().unfinished.size() == 1);
    CHECK(flow->sink().unfinished[0].ends_ns == ends_ns);
    CHECK(flow->sink().unfinished[0].is_begun_before);
    flow->sink().finish(1, finish::outdated);

    CHECK(flow->dropped_as(dropped::outdated) == 1);
    CHECK(flow->output().notes_sounding == 1);
    CHECK(flow->balanced());
}

TEST_CASE("OSC that leaves ahead of its time takes effect in the order of its times") {
    const auto flow = simple_flow({.ahead_ns = 200 * ms_ns});
    const std::int64_t due_ns = flow->clock.now_ns() + 100 * ms_ns;
    static_cast<void>(flow->emit_midi(note_on(60), {.due_ns = due_ns}));
    static_cast<void>(flow->emit_midi(note_off(60))); // takes effect at once, before the note-on
    flow->drain();
    REQUIRE(flow->sink().records.size() == 2);

    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->out.sounding_count().to_end(0) == 1);
    flow->advance_by(150 * ms_ns);
    CHECK(flow->output().notes_sounding == 1);

    flow->out.silencer().silence(0, silence_cause::stop);
    flow->drain();
    CHECK(flow->out.sounding_count().to_end(0) == 0);
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a stop ends OSC that has not taken effect after its time") {
    const auto flow = simple_flow({.ahead_ns = 200 * ms_ns});
    const std::int64_t due_ns = flow->clock.now_ns() + 100 * ms_ns;
    static_cast<void>(flow->emit_midi(note_on(60), {.due_ns = due_ns}));
    static_cast<void>(flow->emit_midi(note_off(60)));
    flow->drain();

    flow->out.silencer().silence(0, silence_cause::stop);
    flow->drain();

    REQUIRE(flow->sink().records.size() == 3);
    CHECK(flow->sink().records[2].due_ns > due_ns);
    CHECK(flow->out.sounding_count().to_end(0) == 0);
}

TEST_CASE("a panic that follows a panic is part of it, and ends what came between") {
    const auto flow = simple_flow({.protocols = takes_midi});
    const auto panics = [&](int times) {
        const std::size_t before = flow->sink().records.size();
        for (int i = 0; i < times; ++i) {
            flow->out.silencer().panic();
            flow->drain();
        }
        return flow->sink().records.size() - before;
    };

    CHECK(panics(1000) == 48);
    static_cast<void>(flow->emit_midi(note_on(60)));
    flow->drain();
    CHECK(panics(1000) == 1);
    CHECK(flow->output().notes_sounding == 0);
    flow->clock.advance_ns(silencer::panic_ns);
    CHECK(panics(1000) == 48);
    CHECK(flow->balanced());
}

TEST_CASE("ends that wait are not made twice, by a panic or by another") {
    const auto flow = simple_flow({.protocols = takes_midi});
    for (int i = 0; i < 10; ++i) {
        static_cast<void>(flow->emit_midi(note_on(i)));
    }
    flow->drain();
    flow->sink().room = 0;

    for (int i = 0; i < 100; ++i) {
        flow->out.silencer().panic();
        flow->run();
    }
    CHECK(flow->output().pending == 58);
    flow->sink().room = tactus::testing::recording_sink::endless;
    flow->out.connections().writable(0);
    flow->drain();

    CHECK(flow->sink().records.size() == 68);
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("after the channels were silenced as a whole nothing is left, pedals of any kind too") {
    const auto flow = simple_flow({.protocols = takes_midi});
    for (int i = 0; i < 100; ++i) {
        static_cast<void>(flow->emit_midi(note_on(i, i % 2)));
    }
    static_cast<void>(flow->emit_midi(wire::hex("B5 45 7F")));
    flow->drain();
    const std::size_t before = flow->sink().records.size();

    flow->out.silencer().silence_channels(0, silence_cause::stop);
    flow->drain();

    CHECK(flow->sink().records.size() - before == 3 * 3 + 1);
    CHECK(flow->out.sounding_count().to_end(0) == 0);
    CHECK(flow->output().notes_sounding == 0);
}
