// SPDX-License-Identifier: MIT
// `max_note`: what sounds for longer is ended, and nothing wakes the loop while nothing sounds.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::int64_t max_ns = 1000 * ms_ns;

std::unique_ptr<flow_under_test> limited_flow(output_choice choice = {.protocols = takes_midi}) {
    choice.settings.max_note_ns = max_ns;
    return simple_flow(choice);
}

void play(flow_under_test& flow, const wire::bytes& message, std::int64_t in_ms = 0) {
    const std::int64_t due_ns = in_ms == 0 ? 0 : flow.clock.now_ns() + in_ms * ms_ns;
    static_cast<void>(flow.emit_midi(message, {.due_ns = due_ns}));
    flow.drain();
}

std::size_t sent(const flow_under_test& flow) {
    return flow.sinks[0]->records.size();
}

// As the loop does: to each moment at which something is due. Returns how often it woke.
int pass(flow_under_test& flow, std::int64_t span_ms) {
    const std::int64_t until_ns = flow.clock.now_ns() + span_ms * ms_ns;
    int wakes = 0;
    while (flow.out.next_due_ns() <= until_ns) {
        flow.clock.advance_ns(
            std::max<std::int64_t>(flow.out.next_due_ns() - flow.clock.now_ns(), 0));
        flow.run();
        ++wakes;
        REQUIRE(wakes < 1000);
    }
    flow.clock.advance_ns(until_ns - flow.clock.now_ns());
    return wakes;
}

std::uint64_t times_ended(flow_under_test& flow) {
    return flow.output().ledger.silenced_by.of(silence_cause::max_note);
}

} // namespace

TEST_CASE("a note that sounds too long is ended when its time has come, once") {
    const auto flow = limited_flow();
    play(*flow, note_on(60));
    const std::int64_t begun_ns = flow->clock.now_ns();

    pass(*flow, 999);
    CHECK(sent(*flow) == 1);
    pass(*flow, 10'000);

    REQUIRE(sent(*flow) == 2);
    CHECK(flow->sink().records[1].bytes == text(note_off(60)));
    CHECK(flow->sink().records[1].at_ns == begun_ns + max_ns);
    CHECK(flow->output().notes_sounding == 0);
    CHECK(times_ended(*flow) == 1);
    CHECK(flow->balanced());
}

TEST_CASE("each note has its own time, which a new note-on begins anew; a pedal has one, too") {
    const auto flow = limited_flow();
    play(*flow, note_on(60));
    play(*flow, wire::hex("B0 40 7F"));
    pass(*flow, 500);
    play(*flow, note_on(61));
    play(*flow, note_on(60));

    pass(*flow, 600);
    REQUIRE(sent(*flow) == 5);
    CHECK(flow->sink().records[4].bytes == text(wire::hex("B0 40 00")));
    pass(*flow, 500);

    CHECK(sent(*flow) == 7);
    CHECK(flow->output().notes_sounding == 0);
    CHECK(times_ended(*flow) == 2);
}

TEST_CASE("a note that ends in time is left alone") {
    const auto flow = limited_flow();
    play(*flow, note_on(60));
    pass(*flow, 900);
    play(*flow, note_off(60));

    pass(*flow, 10'000);

    CHECK(sent(*flow) == 2);
    CHECK(times_ended(*flow) == 0);
}

TEST_CASE("while nothing sounds, nothing is due; while notes come and go, looks are rare") {
    const auto flow = limited_flow();
    CHECK(flow->out.next_due_ns() == dispatcher::never_ns);
    play(*flow, note_on(60));
    CHECK(flow->out.next_due_ns() == flow->clock.now_ns() + max_ns);
    play(*flow, note_off(60));
    CHECK(flow->out.next_due_ns() == dispatcher::never_ns);

    int wakes = 0;
    for (int i = 0; i < 1000; ++i) { // ten seconds
        play(*flow, note_on(60 + i % 2));
        wakes += pass(*flow, 10);
        play(*flow, note_off(60 + (i + 1) % 2));
    }
    CHECK(wakes <= 11);
    CHECK(times_ended(*flow) == 0);
}

TEST_CASE("a note that a worker sends is ended even where nothing else happens") {
    const auto flow = limited_flow({.protocols = takes_midi, .is_deferred = true});
    play(*flow, note_on(60));
    const bool is_slow = GENERATE(false, true);
    if (!is_slow) {
        flow->sink().finish(1);
        static_cast<void>(flow->out.account().in_flight()); // as the watch for stalls asks
    }

    pass(*flow, 1000);
    if (is_slow) {
        CHECK(sent(*flow) == 1);
        flow->sink().finish(1);
        pass(*flow, 2000);
    }

    REQUIRE(sent(*flow) == 2);
    CHECK(flow->sink().records[1].bytes == text(note_off(60)));
    flow->sink().finish(1);
    pass(*flow, 10'000);
    CHECK(sent(*flow) == 2);
    CHECK(flow->balanced());
}

TEST_CASE("an end that is lost is sent again after the same time") {
    const auto flow = limited_flow();
    play(*flow, note_on(60));
    flow->sink().judge = [](const tactus_event&) { return TACTUS_E_IO; };
    pass(*flow, 1500);
    flow->sink().judge = nullptr;
    REQUIRE(sent(*flow) == 1);
    REQUIRE(flow->dropped_as(dropped::output_error) == 1);

    pass(*flow, 1000);

    CHECK(sent(*flow) == 2);
    CHECK(flow->output().notes_sounding == 0);
}

TEST_CASE("a note at a port that is down is ended when it is back, and wakes nobody meanwhile") {
    output_choice choice{.protocols = takes_midi};
    choice.settings.silence_on_disconnect = GENERATE(false, true);
    const auto flow = limited_flow(choice);
    play(*flow, note_on(60));
    flow->set_up(0, 1, false);

    CHECK(pass(*flow, 60'000) <= 1);
    CHECK(sent(*flow) == 1);
    flow->set_up(0, 1, true);
    pass(*flow, 1);

    REQUIRE(sent(*flow) == 2);
    CHECK(flow->sink().records[1].bytes == text(note_off(60)));
    CHECK(flow->balanced());
}

TEST_CASE("a note that left as OSC ahead of its time has its time from then on") {
    const auto flow = limited_flow({.protocols = takes_osc, .ahead_ns = 200 * ms_ns});
    play(*flow, note_on(60), 100);
    REQUIRE(sent(*flow) == 1);
    const std::int64_t due_ns = flow->sink().records[0].due_ns;

    pass(*flow, 5000);

    REQUIRE(sent(*flow) == 2);
    CHECK(flow->sink().records[1].at_ns == due_ns + max_ns);
    CHECK(times_ended(*flow) == 1);
}

TEST_CASE("without a limit nothing is ended") {
    const auto flow = simple_flow({.protocols = takes_midi});
    play(*flow, note_on(60));

    CHECK(flow->out.next_due_ns() == dispatcher::never_ns);
    CHECK(pass(*flow, 86'400'000) == 0);
}
