// SPDX-License-Identifier: MIT
// MIDI notes that leave as OSC end as those do that leave as MIDI: stop, disconnect, panic.
#include "kernel/codec/osc_to_midi.hpp"

#include "tests/kernel/flow/flow_support.hpp"

#include <fmt/format.h>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

using texts = std::vector<std::string>;

const texts nothing;

// Two inputs, "keys" and "pads", and an OSC output.
std::unique_ptr<flow_under_test> osc_flow(const output_choice& choice = {}) {
    auto flow = std::make_unique<flow_under_test>();
    static_cast<void>(flow->add_input({.name = "keys"}));
    static_cast<void>(flow->add_input({.name = "pads"}));
    static_cast<void>(flow->add_output(choice));
    flow->settings.panic_address = "/panic";
    flow->route_all();
    return flow;
}

void play(flow_under_test& flow, const wire::bytes& message, std::uint16_t input = 0) {
    static_cast<void>(flow.emit(TACTUS_PROTO_MIDI, message, {}, droppable, input));
    flow.drain();
}

// Address and MIDI bytes of all that came after the first `count`.
texts heard_after(const flow_under_test& flow, std::size_t count) {
    texts all;
    for (std::size_t i = count; i < flow.sinks[0]->records.size(); ++i) {
        const std::string& bytes = flow.sinks[0]->records[i].bytes;
        const auto osc = tactus::codec::split_message(
            {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        std::array<std::uint8_t, 12> midi{};
        const auto made = tactus::codec::translate(osc, midi);
        std::string line(osc.address);
        for (std::size_t at = 0; at < made.size; ++at) {
            line += fmt::format(" {:02X}", midi[at]);
        }
        all.push_back(line);
    }
    return all;
}

texts silenced(flow_under_test& flow) {
    const std::size_t before = flow.sink().records.size();
    flow.out.silencer().silence(0, silence_cause::stop);
    flow.drain();
    return heard_after(flow, before);
}

} // namespace

TEST_CASE("a note that left as OSC ends under the name of its own input") {
    const auto flow = osc_flow();
    play(*flow, note_on(60, 2), 0);
    play(*flow, note_on(60, 2), 1);
    REQUIRE(flow->output().notes_sounding == 2);

    CHECK(silenced(*flow) == texts{"/midi/keys/note_off 82 3C 40", "/midi/pads/note_off 82 3C 40"});

    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->output().ledger.silenced_by.of(silence_cause::stop) == 1);
    CHECK(flow->output().ledger.accepted_by.of(origin::silence) == 2);
    CHECK(silenced(*flow) == nothing);
    CHECK(flow->balanced());
}

TEST_CASE("a note that left as OSC and ended is not ended again") {
    const auto flow = osc_flow();
    play(*flow, note_on(60));
    play(*flow, note_on(61));
    play(*flow, note_on(62, 1));
    play(*flow, note_off(60));
    play(*flow, wire::hex("90 3D 00"));
    play(*flow, wire::hex("B1 7B 00"));

    CHECK(flow->output().notes_sounding == 0);
    CHECK(silenced(*flow) == nothing);
}

TEST_CASE("OSC that came as OSC is nobody's note, whatever its name") {
    const auto flow = osc_flow();
    play(*flow, note_on(60));
    const std::string note = flow->sink().records.at(0).bytes;

    static_cast<void>(flow->emit_osc(wire::bytes(note.begin(), note.end()), {}, droppable));
    flow->drain();
    play(*flow, note_off(60));

    REQUIRE(flow->sink().records.size() == 3);
    CHECK(silenced(*flow) == nothing);
}

TEST_CASE("the name of an input may be long") {
    flow_under_test flow;
    const std::string name(120, 'n');
    static_cast<void>(flow.add_input({.name = name}));
    static_cast<void>(flow.add_output());
    flow.route_all();
    play(flow, note_on(60));

    CHECK(silenced(flow) == texts{"/midi/" + name + "/note_off 80 3C 40"});
}

TEST_CASE("a panic ends notes that left as OSC, and sends nothing else there") {
    const auto flow = osc_flow();
    play(*flow, note_on(60));

    static_cast<void>(flow->emit_osc(osc("/panic")));
    flow->drain();

    CHECK(heard_after(*flow, 1) == texts{"/midi/keys/note_off 80 3C 40"});
    CHECK(flow->output().ledger.accepted_by.of(origin::panic) == 1);
    CHECK(flow->balanced());
}

TEST_CASE("a note that left as OSC ends when its peer is back") {
    const auto flow = osc_flow();
    play(*flow, note_on(60));
    flow->set_up(0, 1, false);
    flow->drain();
    REQUIRE(heard_after(*flow, 1) == nothing);

    flow->set_up(0, 1, true);
    flow->drain();

    CHECK(heard_after(*flow, 1) == texts{"/midi/keys/note_off 80 3C 40"});
    CHECK(flow->output().ledger.silenced_by.of(silence_cause::disconnect) == 1);
}

TEST_CASE("a note-off that left as OSC and was lost by a worker is sent again") {
    const auto flow = osc_flow({.is_deferred = true});
    play(*flow, note_on(60));
    play(*flow, note_off(60));
    flow->sink().finish(1);
    flow->sink().finish(1, finish::failed);

    CHECK(flow->output().notes_sounding == 1);
    CHECK(silenced(*flow) == texts{"/midi/keys/note_off 80 3C 40"});
}

TEST_CASE("what left ahead of its due time is ended after that, and leaves at once, too") {
    const auto flow = osc_flow({.ahead_ns = 200 * ms_ns});
    const std::int64_t due_ns = flow->clock.now_ns() + 200 * ms_ns;
    static_cast<void>(flow->emit_midi(note_on(60), {.due_ns = due_ns}));
    flow->drain();
    REQUIRE(flow->sink().records.size() == 1);
    flow->clock.advance_ns(50 * ms_ns);

    CHECK(silenced(*flow) == texts{"/midi/keys/note_off 80 3C 40"});

    CHECK(flow->sink().records[1].due_ns > due_ns);
    CHECK(flow->sink().records[1].at_ns == flow->clock.now_ns());
    CHECK(flow->output().notes_sounding == 0);
}

TEST_CASE("a pedal that left as OSC goes up") {
    const auto flow = osc_flow();
    play(*flow, wire::hex("B0 40 7F"));
    play(*flow, wire::hex("B0 07 7F")); // volume

    CHECK(silenced(*flow) == texts{"/midi/keys/control_change B0 40 00"});
}

TEST_CASE("a note that a route makes and that leaves as OSC is followed, and ends in time") {
    output_choice choice;
    choice.settings.late = late_policy::drop;
    const auto flow = osc_flow(choice);
    midi_maker higher;
    higher.transpose = *expression::compile("12");
    route transposed{{0}, std::nullopt, {0}};
    transposed.as = translation{higher};
    std::vector<route> routes;
    routes.push_back(std::move(transposed));
    flow->configure(router(std::move(routes)));
    play(*flow, note_on(60));
    play(*flow, note_on(61));
    REQUIRE(flow->output().notes_sounding == 2);

    static_cast<void>(flow->emit_midi(note_off(61)));
    flow->advance_by(60'000 * ms_ns); // far too late for anything but a note-off

    CHECK(heard_after(*flow, 2) == texts{"/midi/keys/note_off 80 49 40"});
    CHECK(silenced(*flow) == texts{"/midi/keys/note_off 80 48 40"});
    CHECK(flow->balanced());
}
