// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/sounding.hpp"

#include "tests/support/catch.hpp"

#include <utility>
#include <vector>

using tactus::flow::sounding;

namespace {

using message = std::vector<std::uint8_t>;
using note_list = std::vector<std::pair<int, int>>;

note_list notes_of(const sounding& of) {
    note_list all;
    of.for_each([&](std::size_t place) {
        all.emplace_back(sounding::channel_of(place), sounding::end_of(place)[1]);
    });
    return all;
}

sounding with_two_notes() {
    sounding notes;
    notes.follow(message{0x90, 60, 1});
    notes.follow(message{0x9F, 127, 127});
    return notes;
}

} // namespace

TEST_CASE("a note sounds from its note-on to its note-off") {
    sounding notes;

    notes.follow(message{0x93, 60, 100});
    REQUIRE(notes_of(notes) == note_list{{3, 60}});
    notes.follow(message{0x83, 60, 0});

    REQUIRE(notes.count() == 0);
}

TEST_CASE("a note-on with velocity 0 is a note-off") {
    sounding notes;
    notes.follow(message{0x90, 60, 100});

    notes.follow(message{0x90, 60, 0});

    REQUIRE(notes.count() == 0);
}

TEST_CASE("a note-off of another channel or note changes nothing") {
    sounding notes = with_two_notes();

    notes.follow(message{0x81, 60, 64});
    notes.follow(message{0x80, 61, 64});

    REQUIRE(notes_of(notes) == note_list{{0, 60}, {15, 127}});
}

TEST_CASE("all notes off and all sound off clear their channel only") {
    const std::uint8_t controller = GENERATE(std::uint8_t{120}, std::uint8_t{123});
    sounding notes = with_two_notes();

    notes.follow(message{0xBF, controller, 0});

    REQUIRE(notes_of(notes) == note_list{{0, 60}});
}

TEST_CASE("a pedal is down from any value above 0 to 0") {
    const std::uint8_t pedal = GENERATE(std::uint8_t{64}, std::uint8_t{66}, std::uint8_t{69});
    const std::uint8_t value = GENERATE(std::uint8_t{1}, std::uint8_t{127});
    sounding notes;
    const auto pedals_of = [](const sounding& of) {
        note_list all;
        of.for_each([&](std::size_t place) {
            all.emplace_back(sounding::channel_of(place), sounding::end_of(place)[1]);
        });
        return all;
    };

    notes.follow(message{0xB3, pedal, value});
    CHECK(pedals_of(notes) == note_list{{3, pedal}});
    CHECK(notes.count() == 0);
    CHECK(notes.to_end() == 1);
    notes.follow(message{0xB4, pedal, 0}); // another channel's
    CHECK(pedals_of(notes) == note_list{{3, pedal}});
    notes.follow(message{0xB3, pedal, 0});

    CHECK(notes.to_end() == 0);
}

TEST_CASE("neither the end of its notes nor all sound off lifts a pedal") {
    sounding notes = with_two_notes();
    notes.follow(message{0xB0, 64, 127});

    notes.follow(message{0xB0, 120, 0});
    notes.follow(message{0xB0, 123, 0});

    CHECK(notes.to_end() == 2); // the pedal, and the note of the other channel
}

TEST_CASE("a message begins, ends, ends a channel, or does nothing of it") {
    using effect = sounding::effect;
    for (const auto& [bytes, does] :
         std::vector<std::pair<message, effect>>{{{0x90, 60, 1}, effect::begins},
                                                 {{0x90, 60, 0}, effect::ends},
                                                 {{0x80, 60, 0}, effect::ends},
                                                 {{0xB0, 120, 0}, effect::ends_channel},
                                                 {{0xBF, 123, 0}, effect::ends_channel},
                                                 {{0xB0, 64, 0}, effect::ends},
                                                 {{0xB0, 66, 1}, effect::begins},
                                                 {{0xB0, 69, 127}, effect::begins},
                                                 {{0xB0, 65, 1}, effect::none},
                                                 {{0xA0, 64, 1}, effect::none},
                                                 {{0xE0, 64, 64}, effect::none},
                                                 {{0xC0, 64}, effect::none},
                                                 {{0xF8}, effect::none},
                                                 {{0xF0, 64, 0xF7}, effect::none}}) {
        CAPTURE(int{bytes[0]}, bytes.size());
        CHECK(sounding::effect_of(bytes) == does);
    }
}

TEST_CASE("the end of every place is a message that ends that place") {
    for (std::size_t place = 0; place < sounding::places; ++place) {
        const auto end = sounding::end_of(place);
        const bool is_right = sounding::effect_of(end) == sounding::effect::ends &&
                              sounding::place_of(end) == place &&
                              sounding::channel_of(place) == (end[0] & 0x0F);
        REQUIRE(is_right);
    }
}

TEST_CASE("other messages change nothing") {
    sounding notes = with_two_notes();

    for (const message& each : {message{0xB0, 64, 0}, message{0xB0, 121, 0}, message{0xA0, 60, 0},
                                message{0xC0, 60}, message{0xF8}, message{0xF0, 0x7D, 0xF7}}) {
        notes.follow(each);
    }

    REQUIRE(notes.count() == 2);
}
