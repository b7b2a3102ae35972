// SPDX-License-Identifier: MIT
// A sender goes: what it began and nobody ended is ended, what it has scheduled is taken back, and
// what others hold goes on.
#include "tests/kernel/flow/output/held_notes.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

TEST_CASE("what a sender began ends when it goes, once, and what others began goes on") {
    const auto flow = flow_to();
    play(*flow, note_on(60));
    play(*flow, note_on(61, 3));
    play(*flow, wire::hex("B3 40 7F"));
    play(*flow, note_on(62));
    play(*flow, note_off(62));
    play(*flow, note_on(63), {second});
    play(*flow, note_on(64), {first, 0, 0, 1}); // of another input
    listener after(*flow);

    CHECK(flow->in.end_sender(0, first) == 0);

    CHECK(after.heard() == texts{"803C40", "833D40", "B34000"});
    CHECK(flow->output().notes_sounding == 2);
    CHECK(times_ended(*flow) == 1);
    CHECK(flow->output().ledger.accepted_by.of(origin::silence) == 3);
    CHECK(flow->in.end_sender(0, first) == 0);
    CHECK(after.heard() == nothing);
    CHECK(times_ended(*flow) == 1);
    CHECK(flow->balanced());
}

TEST_CASE("a note that several hold ends when the last of them has gone") {
    const auto flow = flow_to();
    const std::uint32_t other = GENERATE(as<std::uint32_t>{}, second, 7U, ingress::tag_max);
    play(*flow, note_on(60));
    play(*flow, note_on(60), {other});
    play(*flow, note_on(60)); // again
    listener after(*flow);
    const bool is_in_order = GENERATE(false, true);

    static_cast<void>(flow->in.end_sender(0, is_in_order ? first : other));
    CHECK(after.heard() == nothing);
    CHECK(flow->output().notes_sounding == 1);
    static_cast<void>(flow->in.end_sender(0, is_in_order ? other : first));

    CHECK(after.heard() == texts{"803C40"});
    CHECK(flow->balanced());
}

TEST_CASE("a note that somebody unknown holds too, or that was ended, is not ended") {
    const auto flow = flow_to();
    play(*flow, note_on(60));
    play(*flow, note_on(60), {nobody});
    play(*flow, note_on(61));
    play(*flow, note_on(61), {second});
    play(*flow, note_off(61), {second}); // for both
    play(*flow, note_on(62));
    play(*flow, wire::hex("B0 7B 00"), {nobody});
    play(*flow, note_on(60), {nobody});
    listener after(*flow);

    static_cast<void>(flow->in.end_sender(0, first));

    CHECK(after.heard() == nothing);
    CHECK(times_ended(*flow) == 0);
}

TEST_CASE("what the sender has scheduled is taken back, note-offs stay") {
    const auto flow = flow_to();
    play(*flow, note_on(60), {first, 100});
    play(*flow, note_off(60), {first, 200});
    play(*flow, note_on(61), {second, 100});
    listener after(*flow);

    CHECK(flow->in.end_sender(0, first) == 1);
    flow->advance_by(300 * ms_ns);

    CHECK(after.heard() == texts{"903D64", "803C40"});
    CHECK(flow->dropped_as(dropped::cancelled) == 1);
    CHECK(flow->balanced());
}

TEST_CASE("a note whose note-off waits ends now, and its note-off leaves all the same") {
    const auto flow = flow_to();
    play(*flow, note_on(60));
    play(*flow, note_off(60), {first, 100});
    listener after(*flow);

    static_cast<void>(flow->in.end_sender(0, first));
    CHECK(after.heard() == texts{"803C40"});
    flow->advance_by(100 * ms_ns);

    CHECK(after.heard() == texts{"803C40"});
}

TEST_CASE("a note at a port that is down ends when the port is back") {
    const auto flow = flow_to();
    play(*flow, note_on(60));
    flow->set_up(0, 1, false);
    listener after(*flow);

    static_cast<void>(flow->in.end_sender(0, first));
    CHECK(after.heard() == nothing);
    CHECK(times_ended(*flow) == 0);
    flow->set_up(0, 1, true);

    CHECK(after.heard() == texts{"803C40"});
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a note ends at every output and in the form that routes gave it") {
    const auto flow = flow_to();
    static_cast<void>(flow->add_output({.protocols = takes_midi}));
    midi_maker higher;
    higher.transpose = *expression::compile("12");
    route transposed{{0}, std::nullopt, {1}};
    transposed.as = translation{higher};
    std::vector<route> routes;
    routes.push_back({{0}, std::nullopt, {0}});
    routes.push_back(std::move(transposed));
    flow->configure(router(std::move(routes)));
    play(*flow, note_on(60));
    listener here(*flow);
    listener there(*flow, 1);

    static_cast<void>(flow->in.end_sender(0, first));

    CHECK(here.heard() == texts{"803C40"});
    CHECK(there.heard() == texts{"804840"});
    CHECK(times_ended(*flow) == 1);
    CHECK(times_ended(*flow, 1) == 1);
}

TEST_CASE("a note that ends by itself ends with its sender, and not again") {
    const auto flow = flow_to();
    midi_maker notes;
    notes.makes = midi_maker::form::note;
    notes.note = *expression::compile("$1");
    notes.velocity = *expression::compile("100");
    notes.length = *expression::compile("1");
    route own{{0}, std::nullopt, {0}};
    own.as = translation{notes};
    std::vector<route> routes;
    routes.push_back(std::move(own));
    flow->configure(router(std::move(routes)));
    const wire::bytes message = osc("/key", 60);
    tactus_event event = event_of(TACTUS_PROTO_OSC, message);
    event.group = first;
    static_cast<void>(flow->in.emit(0, batch_of({event}, droppable)));
    flow->drain();
    REQUIRE(flow->output().notes_sounding == 1);
    listener after(*flow);

    static_cast<void>(flow->in.end_sender(0, first));
    CHECK(after.heard() == texts{"803C40"});
    flow->advance_by(2000 * ms_ns);

    CHECK(after.heard() == nothing);
    CHECK(flow->dropped_as(dropped::outdated) == 1);
    CHECK(flow->balanced());
}

TEST_CASE("a note that a worker has not finished ends, no earlier than it is due") {
    const auto flow =
        flow_to({.protocols = takes_midi, .ahead_ns = 50 * ms_ns, .is_deferred = true});
    play(*flow, note_on(60), {first, 20});
    const std::int64_t due_ns = flow->sink().records.at(0).due_ns;
    REQUIRE(due_ns > flow->clock.now_ns());
    if (GENERATE(false, true)) {
        flow->sink().finish(1); // it was sent ahead of its time
    }
    listener after(*flow);

    static_cast<void>(flow->in.end_sender(0, first));

    CHECK(after.heard() == texts{"803C40"});
    CHECK(flow->sink().records.back().due_ns > due_ns);
}

TEST_CASE("a note that another sender's message in a worker begins goes on") {
    const auto flow = flow_to({.protocols = takes_midi, .is_deferred = true});
    play(*flow, note_on(60));
    play(*flow, note_on(60), {second});
    if (GENERATE(false, true)) {
        flow->sink().finish(1);
    }
    listener after(*flow);

    static_cast<void>(flow->in.end_sender(0, first));
    CHECK(after.heard() == nothing);
    flow->sink().finish(flow->sink().unfinished.size());
    static_cast<void>(flow->in.end_sender(0, second));

    CHECK(after.heard() == texts{"803C40"});
}

TEST_CASE("a note that left as OSC ahead of its time ends after it") {
    const auto flow = flow_to({.protocols = takes_osc, .ahead_ns = 200 * ms_ns});
    play(*flow, note_on(60), {first, 100});
    play(*flow, note_on(61), {first, 100});
    play(*flow, note_off(61), {first, 150});
    play(*flow, note_on(62), {second, 100});
    REQUIRE(flow->sink().records.size() == 4);

    static_cast<void>(flow->in.end_sender(0, first));
    flow->drain();

    REQUIRE(flow->sink().records.size() == 5);
    CHECK(flow->sink().records.back().due_ns > flow->sink().records.front().due_ns);
    CHECK(flow->sink().records.back().bytes.starts_with("/midi/keys/note_off"));
    flow->advance_by(300 * ms_ns);
    CHECK(flow->output().notes_sounding == 1);
}

TEST_CASE("an end that spares others is dropped where another sender holds the note") {
    const auto flow = flow_to();
    play(*flow, note_on(60));
    play(*flow, note_on(60), {second});
    play(*flow, note_on(61));
    listener after(*flow);

    play(*flow, note_off(60), {first, 0, TACTUS_EVENT_SPARE_OTHERS});
    play(*flow, note_off(61), {first, 0, TACTUS_EVENT_SPARE_OTHERS});
    CHECK(after.heard() == texts{"803D40"});
    CHECK(flow->dropped_as(dropped::outdated) == 1);
    play(*flow, note_off(61), {first, 0, TACTUS_EVENT_SPARE_OTHERS}); // again: it has ended
    CHECK(after.heard() == nothing);
    CHECK(flow->dropped_as(dropped::outdated) == 2);
    play(*flow, note_off(60), {first, 0, 0}); // as any other

    CHECK(after.heard() == texts{"803C40"});
    CHECK(flow->balanced());
}

TEST_CASE("an end that spares others is not sent after the end of its sender") {
    const auto flow = flow_to();
    play(*flow, note_on(60));
    listener after(*flow);

    static_cast<void>(flow->in.end_sender(0, first));
    play(*flow, note_off(60), {first, 0, TACTUS_EVENT_SPARE_OTHERS});

    CHECK(after.heard() == texts{"803C40"});
    CHECK(flow->balanced());
}

TEST_CASE("an end that spares others waits for its note, which is not sent yet") {
    const auto flow = flow_to();
    const wire::bytes on = note_on(60);
    const wire::bytes off = note_off(60);
    std::vector<tactus_event> events = {event_of(TACTUS_PROTO_MIDI, on),
                                        event_of(TACTUS_PROTO_MIDI, off)};
    events[0].group = events[1].group = first;
    events[1].flags = TACTUS_EVENT_SPARE_OTHERS;
    listener after(*flow);

    static_cast<void>(flow->in.emit(0, batch_of(events, droppable)));

    CHECK(after.heard() == texts{"903C64", "803C40"});
}

TEST_CASE("an end that spares others knows what a worker has not finished") {
    const auto flow = flow_to({.protocols = takes_midi, .is_deferred = true});
    play(*flow, note_on(60));
    play(*flow, note_on(60), {second});
    listener after(*flow);

    play(*flow, note_off(60), {first, 0, TACTUS_EVENT_SPARE_OTHERS});

    CHECK(after.heard() == nothing);
}

TEST_CASE("no sender has the number 0, and none beyond the greatest tag") {
    const auto flow = flow_to();
    play(*flow, note_on(60), {nobody});
    play(*flow, note_on(61), {first, 0, 0, 1});
    listener after(*flow);

    CHECK(flow->in.end_sender(0, 0) == 0);
    CHECK(flow->in.end_sender(0, ingress::tag_max + 2) == 0); // would be the other input's

    CHECK(after.heard() == nothing);
}

TEST_CASE("a sender of the kernel's own takes its note-offs along, and no other's note is cut") {
    const auto flow = flow_to();
    play(*flow, note_on(60));
    play(*flow, note_off(60), {first, 200});
    play(*flow, note_on(61), {first, 100});
    play(*flow, note_off(61), {first, 200});
    listener after(*flow);

    CHECK(flow->out.silencer().take_back_sender(tag_of(0, first)) == 3);
    CHECK(after.heard() == texts{"803C40"});
    play(*flow, note_on(60), {second});
    play(*flow, note_on(61), {second});
    CHECK(after.heard() == texts{"903C64", "903D64"});
    flow->advance_by(300 * ms_ns);

    CHECK(after.heard() == nothing);
    CHECK(flow->output().notes_sounding == 2);
    CHECK(flow->dropped_as(dropped::cancelled) == 3);
    CHECK(flow->balanced());
}

TEST_CASE("at a port that is down, the note-offs of the kernel's own sender stay") {
    const auto flow = flow_to();
    play(*flow, note_on(60));
    play(*flow, note_off(60), {first, 200});
    flow->set_up(0, 1, false);
    listener after(*flow);

    CHECK(flow->out.silencer().take_back_sender(tag_of(0, first)) == 0);
    flow->set_up(0, 1, true);

    CHECK(after.heard() == texts{"803C40"});
    CHECK(flow->balanced());
}
