// SPDX-License-Identifier: MIT
// Whatever a route says and whatever comes in, what it makes is one valid MIDI message or one valid
// OSC message, or nothing, with a reason. TACTUS_SEED repeats a run.
#include "kernel/codec/midi.hpp"
#include "kernel/codec/osc_captures.hpp"
#include "kernel/codec/osc_reader.hpp"

#include "tests/kernel/flow/route/translate/random_translation.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstdlib>

using namespace tactus::flow;
using namespace tactus::flow::test;
using namespace tactus::codec;

namespace {

bool is_valid(const translation& by, std::span<const std::uint8_t> bytes) {
    return by.makes_midi()
               ? midi_check(bytes) == midi_error::none
               : count_messages(bytes).error == osc_error::none && count_messages(bytes).count == 1;
}

} // namespace

TEST_CASE("random messages through random routes make valid messages or nothing") {
    const char* const given = std::getenv("TACTUS_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    CAPTURE(seed);
    random_source random(seed);
    std::vector<std::uint8_t> out(TACTUS_EVENT_SIZE_MAX);
    int made_count = 0;
    int failed_count = 0;
    for (int route = 0; route < 500; ++route) {
        const translation by = random.made();
        for (int event = 0; event < 40; ++event) {
            const wire::bytes bytes = random.below(2) == 0 ? random.osc() : random.midi();
            const osc_message osc = bytes[0] == '/' ? split_message(bytes) : osc_message();
            captures took;
            took.size = 1;
            took.texts[0] = "7";
            event_scope scope;
            scope.osc = bytes[0] == '/' ? &osc : nullptr;
            scope.midi = bytes;
            scope.captured = &took;
            scope.input = "in";
            scope.port = "bus 1";

            const made_event made = by.make(scope, out);

            CAPTURE(route, event);
            if (made.why != fault::none) {
                REQUIRE_FALSE(text_of(made).empty());
                ++failed_count;
            } else {
                REQUIRE(is_valid(by, std::span(out).first(made.size)));
                const bool may_last = by.has_length() && midi_view{out}.is_note_on();
                REQUIRE((made.length_ns == 0 || may_last));
                ++made_count;
            }
        }
    }
    REQUIRE(made_count > 500); // it is not all refused, nor all taken
    REQUIRE(failed_count > 500);
}

TEST_CASE("a translation never writes beyond the room that it is given") {
    random_source random(7);
    std::vector<std::uint8_t> out(TACTUS_EVENT_SIZE_MAX, 0xEE);
    for (int i = 0; i < 5000; ++i) {
        const translation by = random.made();
        const wire::bytes bytes = random.osc();
        const osc_message osc = split_message(bytes);
        event_scope scope;
        scope.osc = &osc;
        const std::size_t room = by.makes_midi() ? 3 : 4U * random.below(20);
        std::fill_n(out.begin(), 100, std::uint8_t{0xEE});

        const made_event made = by.make(scope, std::span(out).first(room));

        REQUIRE((made.why != fault::none || made.size <= room));
        REQUIRE(out[room] == 0xEE);
        REQUIRE(out[room + 3] == 0xEE);
    }
}
