// SPDX-License-Identifier: MIT
// No stuck notes: stop, disconnect, panic, cancel.
#include "tests/kernel/flow/flow_support.hpp"

#include <set>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

std::unique_ptr<flow_under_test> midi_flow(bool is_deferred = false) {
    return simple_flow({.protocols = takes_midi, .is_deferred = is_deferred});
}

void play(flow_under_test& flow, int count) {
    for (int i = 0; i < count; ++i) {
        static_cast<void>(flow.emit_midi(note_on(40 + i, i % 4)));
    }
    flow.drain();
}

// Status, note and port of all that came after the first `count`.
std::multiset<std::string> after(const flow_under_test& flow, std::size_t count) {
    std::multiset<std::string> all;
    for (std::size_t i = count; i < flow.sinks[0]->records.size(); ++i) {
        all.insert(flow.sinks[0]->records[i].bytes.substr(0, 2));
    }
    return all;
}
std::multiset<std::string> note_offs(int count) {
    std::multiset<std::string> all;
    for (int i = 0; i < count; ++i) {
        all.insert(text(note_off(40 + i, i % 4)).substr(0, 2));
    }
    return all;
}

} // namespace

TEST_CASE("each sounding note gets its note-off, at once") {
    const auto flow = midi_flow();
    play(*flow, 32);
    REQUIRE(flow->output().notes_sounding == 32);

    flow->out.silencer().silence(0, silence_cause::stop);
    flow->run();

    REQUIRE(after(*flow, 32) == note_offs(32));
    REQUIRE(flow->output().notes_sounding == 0);
    REQUIRE(flow->output().ledger.silenced_by.of(silence_cause::stop) == 1);
    REQUIRE(flow->output().ledger.accepted_by.of(origin::silence) == 32);
    REQUIRE(flow->balanced());
}

TEST_CASE("a pedal that is down goes up, after the note-offs, also where nothing else sounds") {
    const int notes = GENERATE(0, 2);
    const auto flow = midi_flow();
    play(*flow, notes);
    static_cast<void>(flow->emit_midi(wire::hex("B2 40 7F")));
    flow->run();
    const std::size_t before = flow->sink().records.size();

    flow->out.silencer().silence(0, silence_cause::stop);
    flow->run();

    REQUIRE(flow->sink().records.size() == before + static_cast<std::size_t>(notes) + 1);
    REQUIRE(flow->sink().records.back().bytes == text(wire::hex("B2 40 00")));
    REQUIRE(flow->out.sounding_count().to_end(0) == 0);
    flow->out.silencer().silence(0, silence_cause::stop);
    REQUIRE(flow->output().ledger.silenced_by.of(silence_cause::stop) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("what a worker has lost is known before it is silenced") {
    const auto flow = midi_flow(true);
    play(*flow, 1);
    static_cast<void>(flow->emit_midi(note_off(40, 0)));
    flow->run();
    flow->sink().finish(1);
    flow->sink().finish(1, finish::failed);

    flow->out.silencer().silence(0, silence_cause::stop);
    flow->run();

    REQUIRE(after(*flow, 2) == note_offs(1));
}

TEST_CASE("where nothing sounds there is nothing to silence") {
    const auto flow = midi_flow();

    flow->out.silencer().silence(0, silence_cause::stop);

    REQUIRE(flow->output().ledger.accepted_by.total() == 0);
    REQUIRE(flow->output().ledger.silenced_by.total() == 0);
}

TEST_CASE("a note that ended by itself gets no note-off") {
    const auto flow = midi_flow();
    play(*flow, 2);
    static_cast<void>(flow->emit_midi(note_off(40, 0)));
    flow->run();

    flow->out.silencer().silence(0, silence_cause::stop);
    flow->run();

    REQUIRE(after(*flow, 3) == std::multiset<std::string>{text(note_off(41, 1)).substr(0, 2)});
}

TEST_CASE("all notes off from a sender is followed") {
    const auto flow = midi_flow();
    play(*flow, 8);

    static_cast<void>(flow->emit_midi(wire::hex("B0 7B 00")));
    static_cast<void>(flow->emit_midi(wire::hex("B1 78 00")));
    flow->run();

    REQUIRE(flow->output().notes_sounding == 4);
}

TEST_CASE("a full queue has room for the note-offs") {
    output_choice choice{.protocols = takes_midi};
    choice.settings.limits = {{100, 1 << 20}, when_full::drop_newest};
    const auto flow = simple_flow(choice);
    play(*flow, 32);
    for (int i = 0; i < 200; ++i) {
        static_cast<void>(
            flow->emit_midi(note_on(1), {.due_ns = flow->clock.now_ns() + 1000 * ms_ns}));
    }

    flow->out.silencer().silence(0, silence_cause::stop);
    flow->run();

    REQUIRE(after(*flow, 32) == note_offs(32));
    REQUIRE(flow->balanced());
}

TEST_CASE("what sounded when a device went is silenced when it returns, before all else") {
    const auto flow = midi_flow();
    play(*flow, 3);
    flow->set_up(0, 1, false);
    static_cast<void>(flow->emit_midi(note_on(99), {.due_ns = flow->clock.now_ns() + ms_ns}));
    REQUIRE(flow->output().notes_sounding == 3);

    flow->clock.advance_ns(ms_ns / 2);
    flow->set_up(0, 1, true);
    flow->advance_by(ms_ns / 2);

    REQUIRE(after(*flow, 3).size() == 4);
    REQUIRE(flow->sink().records.back().bytes == text(note_on(99)));
    REQUIRE(flow->output().ledger.silenced_by.of(silence_cause::disconnect) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("what sounded when a plugin was lost is silenced by its successor") {
    const auto flow = midi_flow();
    play(*flow, 3);

    flow->out.connections().detach(0, dropped::output_down);
    flow->clock.advance_ns(1000 * ms_ns);
    flow->attach(0);
    flow->run();

    REQUIRE(after(*flow, 3) == note_offs(3));
    REQUIRE(flow->balanced());
}

TEST_CASE("an output that shall not be silenced on return is not") {
    output_choice choice{.protocols = takes_midi};
    choice.settings.silence_on_disconnect = false;
    const auto flow = simple_flow(choice);
    play(*flow, 3);

    flow->set_up(0, 1, false);
    flow->set_up(0, 1, true);
    flow->run();

    REQUIRE(flow->sink().records.size() == 3);
    REQUIRE(flow->output().notes_sounding == 3);
}

TEST_CASE("note-offs go to the port on which the note sounds") {
    const auto flow = midi_flow();
    const std::uint32_t piano = flow->add_port(0, "piano");
    const std::uint32_t name = flow->fan.names().intern("piano");
    static_cast<void>(flow->emit_midi(note_on(60)));
    static_cast<void>(flow->emit_midi(note_on(60), {.port = name}));
    static_cast<void>(flow->emit_midi(note_on(61), {.port = name}));
    static_cast<void>(flow->emit_midi(note_off(60)));
    flow->run();
    REQUIRE(flow->output().notes_sounding == 2);

    flow->out.silencer().silence(0, silence_cause::stop);
    flow->run();

    REQUIRE(after(*flow, 4) == std::multiset<std::string>{text(note_off(60)).substr(0, 2),
                                                          text(note_off(61)).substr(0, 2)});
    REQUIRE(flow->sink().records.at(4).port == piano);
    REQUIRE(flow->sink().records.at(5).port == piano);
    REQUIRE(flow->output().notes_sounding == 0);
}

TEST_CASE("one port of several that returns is silenced, the others play on") {
    const auto flow = midi_flow();
    const std::uint32_t piano = flow->add_port(0, "piano");
    static_cast<void>(flow->emit_midi(note_on(60)));
    static_cast<void>(flow->emit_midi(note_on(61), {.port = flow->fan.names().intern("piano")}));
    flow->run();

    flow->set_up(0, piano, false, "piano");
    flow->run();
    REQUIRE(flow->sink().records.size() == 2);
    flow->set_up(0, piano, true, "piano");
    flow->run();

    REQUIRE(flow->sink().records.size() == 3);
    REQUIRE(flow->sink().records[2].bytes == text(note_off(61)));
    REQUIRE(flow->sink().records[2].port == piano);
}

TEST_CASE("a panic quiets every port that is up") {
    const auto flow = midi_flow();
    const std::uint32_t piano = flow->add_port(0, "piano");

    flow->out.silencer().panic();
    flow->drain();

    std::multiset<std::uint32_t> ports;
    for (const auto& record : flow->sink().records) {
        ports.insert(record.port);
    }
    REQUIRE(ports.count(1) == 48);
    REQUIRE(ports.count(piano) == 48);
}

TEST_CASE("a panic takes back what waits, ends what sounds, and quiets each channel") {
    const auto flow = midi_flow();
    play(*flow, 32);
    static_cast<void>(flow->emit_midi(note_on(99), {.due_ns = flow->clock.now_ns() + ms_ns}));
    static_cast<void>(flow->emit_midi(note_off(99), {.due_ns = flow->clock.now_ns() + ms_ns}));

    flow->out.silencer().panic();
    flow->drain();
    flow->advance_by(10 * ms_ns);

    REQUIRE(flow->sink().records.size() == 32 + 32 + 48);
    for (std::size_t i = 0; i < 48; ++i) {
        const std::uint8_t controller = std::array<std::uint8_t, 3>{64, 123, 120}[i % 3];
        const auto status = static_cast<std::uint8_t>(0xB0 + i / 3);
        REQUIRE(flow->sink().records[64 + i].bytes == text({status, controller, 0}));
    }
    REQUIRE(flow->output().notes_sounding == 0);
    REQUIRE(flow->dropped_as(dropped::cancelled) == 2);
    REQUIRE(flow->output().ledger.accepted_by.of(origin::panic) == 80);
    REQUIRE(flow->output().ledger.silenced_by.of(silence_cause::operator_) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("a panic leaves outputs alone that take no MIDI") {
    const auto flow = simple_flow();
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns}));

    flow->out.silencer().panic();
    flow->advance_by(ms_ns);

    REQUIRE(flow->sink().records.size() == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("what a stop takes back is counted as stop, not as cancelled") {
    const auto flow = midi_flow();
    const stamp later = {.due_ns = flow->clock.now_ns() + 100 * ms_ns, .tag = 5};
    static_cast<void>(flow->emit_midi(note_on(50), later));
    static_cast<void>(flow->emit_midi(note_on(51), later));
    REQUIRE(flow->in.cancel(0, 5) == 2);
    play(*flow, 2);
    static_cast<void>(flow->emit_midi(note_on(60), {.due_ns = later.due_ns}));
    static_cast<void>(flow->emit_midi(note_off(60), {.due_ns = later.due_ns}));

    flow->out.canceller().drop(dropped::stop);
    flow->out.silencer().silence(0, silence_cause::stop);
    flow->advance_by(1000 * ms_ns);

    REQUIRE(flow->dropped_as(dropped::stop) == 2);
    REQUIRE(flow->dropped_as(dropped::cancelled) == 2);
    REQUIRE(after(*flow, 2) == note_offs(2));
    REQUIRE(flow->balanced());
}

TEST_CASE("cancelling a tag keeps its note-offs") {
    const auto flow = midi_flow();
    static_cast<void>(flow->emit_midi(note_on(60), {.tag = 9}));
    static_cast<void>(
        flow->emit_midi(note_off(60), {.due_ns = flow->clock.now_ns() + ms_ns, .tag = 9}));
    static_cast<void>(
        flow->emit_midi(note_on(62), {.due_ns = flow->clock.now_ns() + ms_ns, .tag = 9}));
    flow->run();

    REQUIRE(flow->in.cancel(0, 9) == 1);
    flow->advance_by(ms_ns);

    REQUIRE(flow->sink().payloads() ==
            std::vector<std::string>{text(note_on(60)), text(note_off(60))});
    REQUIRE(flow->output().notes_sounding == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("a tag is cancelled at every output") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    flow.route_all();
    static_cast<void>(flow.emit_osc(osc("/a"), {.due_ns = flow.clock.now_ns() + ms_ns, .tag = 1}));

    REQUIRE(flow.in.cancel(0, 1) == 2);

    REQUIRE(flow.dropped_as(dropped::cancelled, 0) == 1);
    REQUIRE(flow.dropped_as(dropped::cancelled, 1) == 1);
    REQUIRE(flow.balanced());
}

TEST_CASE("a note whose note-off a worker lost still sounds") {
    const auto flow = midi_flow(true);
    play(*flow, 1);
    flow->sink().finish(1);
    static_cast<void>(flow->emit_midi(note_off(40, 0)));
    flow->run();

    flow->out.connections().detach(0, dropped::output_stalled);
    REQUIRE(flow->output().notes_sounding == 1);
    flow->sink().begin_anew();
    flow->attach(0);
    flow->run();

    REQUIRE(after(*flow, 2) == note_offs(1));
    REQUIRE(flow->balanced());
}

TEST_CASE("a note whose note-off failed in a worker still sounds") {
    const auto flow = midi_flow(true);
    play(*flow, 1);
    static_cast<void>(flow->emit_midi(note_off(40, 0)));
    flow->run();

    flow->sink().finish(1);
    flow->sink().finish(1, finish::failed);

    REQUIRE(flow->output().notes_sounding == 1);
}

TEST_CASE("a note whose note-off a worker sent sounds no more") {
    const auto flow = midi_flow(true);
    play(*flow, 1);
    static_cast<void>(flow->emit_midi(note_off(40, 0)));
    flow->run();
    flow->sink().finish(2);
    REQUIRE(flow->out.account().in_flight() == 0);

    flow->out.connections().detach(0, dropped::output_stalled);

    REQUIRE(flow->output().notes_sounding == 0);
}

TEST_CASE("a note-off that fails leaves its note sounding") {
    const auto flow = midi_flow();
    play(*flow, 1);
    flow->sink().judge = [](const tactus_event&) { return TACTUS_E_IO; };

    static_cast<void>(flow->emit_midi(note_off(40, 0)));
    flow->run();

    REQUIRE(flow->output().notes_sounding == 1);
}
