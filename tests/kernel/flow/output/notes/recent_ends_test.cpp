// SPDX-License-Identifier: MIT
// The ends that a port may not have got before it went: they are sent again when it returns.
#include "tests/kernel/flow/flow_support.hpp"

#include <set>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

std::unique_ptr<flow_under_test> midi_flow() {
    return simple_flow({.protocols = takes_midi});
}

// Notes 40, 41 ... on channels 0, 1 ...
void play(flow_under_test& flow, int count) {
    for (int i = 0; i < count; ++i) {
        static_cast<void>(flow.emit_midi(note_on(40 + i, i)));
    }
    flow.drain();
}

// Status and number of a message.
std::string what_ends(std::string_view message) {
    return std::string(message.substr(0, 2));
}

// Of all that came after the first `count`.
std::multiset<std::string> after(const flow_under_test& flow, std::size_t count) {
    std::multiset<std::string> all;
    for (std::size_t i = count; i < flow.sinks[0]->records.size(); ++i) {
        all.insert(what_ends(flow.sinks[0]->records[i].bytes));
    }
    return all;
}

} // namespace

TEST_CASE("ends that a device may not have got before it went are sent again when it returns") {
    const auto flow = midi_flow();
    play(*flow, 4);
    static_cast<void>(flow->emit_midi(wire::hex("B2 40 7F")));
    static_cast<void>(flow->emit_midi(wire::hex("B2 40 00")));
    static_cast<void>(flow->emit_midi(note_off(40, 0)));
    static_cast<void>(flow->emit_midi(wire::hex("B1 7B 00"))); // of note 41
    static_cast<void>(flow->emit_midi(note_off(42, 2)));
    static_cast<void>(flow->emit_midi(note_on(42, 2)));
    flow->run();
    const std::size_t before = flow->sink().records.size();

    flow->set_up(0, 1, false);
    flow->clock.advance_ns(60'000 * ms_ns);
    flow->set_up(0, 1, true);
    flow->run();

    std::multiset<std::string> expected{what_ends(text(wire::hex("B2 40 00")))};
    for (int i = 0; i < 4; ++i) {
        expected.insert(what_ends(text(note_off(40 + i, i))));
    }
    REQUIRE(after(*flow, before) == expected);
    REQUIRE(flow->output().notes_sounding == 0);
    REQUIRE(flow->out.sounding_count().to_end(0) == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("an end that others followed for long has arrived") {
    const auto flow = midi_flow();
    play(*flow, 2);
    for (int note = 0; note < 2; ++note) {
        static_cast<void>(flow->emit_midi(note_off(40 + note, note)));
        flow->run();
        flow->clock.advance_ns(2 * recent_ends::span_ns);
    }

    flow->set_up(0, 1, false);
    flow->set_up(0, 1, true);
    flow->run();

    REQUIRE(after(*flow, 4) == std::multiset<std::string>{what_ends(text(note_off(41, 1)))});
}

TEST_CASE("an end long before the device went has arrived, even if it was the last") {
    const bool is_long_ago = GENERATE(false, true);
    const auto flow = midi_flow();
    play(*flow, 1);
    static_cast<void>(flow->emit_midi(note_off(40, 0)));
    flow->run();
    flow->clock.advance_ns(recent_ends::midi_learned_ns + (is_long_ago ? 1 : 0));

    flow->set_up(0, 1, false);

    CHECK(flow->out.sounding_count().possible(0) == (is_long_ago ? 0 : 1));
    flow->set_up(0, 1, true);
    flow->run();
    CHECK(flow->sink().records.size() == (is_long_ago ? 2 : 3));
}

TEST_CASE("where nothing went, a stop sends no end twice") {
    const auto flow = midi_flow();
    play(*flow, 1);
    static_cast<void>(flow->emit_midi(note_off(40, 0)));
    flow->run();

    flow->out.silencer().silence(0, silence_cause::stop);
    flow->run();

    REQUIRE(flow->sink().records.size() == 2);
}
