// SPDX-License-Identifier: MIT
// Standard MIDI Files: times by the tempo map, running status, System Exclusive; and broken ones.
#include "kernel/codec/midi_file.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

using namespace tactus;
using namespace tactus::codec;
using Catch::Matchers::Contains;

namespace {

using bytes = std::vector<std::uint8_t>;

bytes& operator+=(bytes& to, const bytes& more) {
    to.insert(to.end(), more.begin(), more.end());
    return to;
}

bytes header(std::uint8_t format, std::uint8_t tracks, bytes division = {0, 96}) {
    bytes made = {'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, format, 0, tracks};
    return made += division;
}

bytes chunk(std::string_view id, const bytes& content) {
    bytes made(id.begin(), id.end());
    const auto size = static_cast<std::uint8_t>(content.size());
    made += {0, 0, 0, size};
    return made += content;
}

bytes one_track(const bytes& events, bytes division = {0, 96}) {
    bytes made = header(0, 1, std::move(division));
    return made += chunk("MTrk", events);
}

const bytes end_of_track = {0, 0xFF, 0x2F, 0};

std::string wrong_of(const bytes& file) {
    const auto read = read_midi_file(file);
    REQUIRE_FALSE(read.has_value());
    return read.error().text;
}

std::vector<std::int64_t> times_ms(const midi_file& of) {
    std::vector<std::int64_t> made;
    for (const midi_file_event& each : of.events) {
        made.push_back(each.at_ns / 1'000'000);
    }
    return made;
}

} // namespace

TEST_CASE("without a tempo a quarter note lasts half a second, and running status repeats") {
    bytes events = {0, 0x90, 60, 100, 96, 60, 0, 48, 64, 100};
    const auto read = read_midi_file(one_track(events += end_of_track));

    REQUIRE(read.has_value());
    CHECK(times_ms(*read) == std::vector<std::int64_t>{0, 500, 750});
    CHECK(read->events[1].bytes == bytes{0x90, 60, 0});
    CHECK(read->length_ns == 750'000'000);
}

TEST_CASE("the tempo of one track holds for the others, from its time on") {
    bytes file = header(1, 2);
    bytes tempo = {96, 0xFF, 0x51, 3, 0x0F, 0x42, 0x40}; // after a quarter: a quarter is 1 s
    file += chunk("MTrk", tempo += end_of_track);
    bytes notes = {48, 0xC0, 1, 96, 0xC0, 2, 96, 0xC0, 3};
    file += chunk("junk", {1, 2, 3}); // not known, and skipped
    file += chunk("MTrk", notes += end_of_track);

    const auto read = read_midi_file(file);

    REQUIRE(read.has_value());
    CHECK(times_ms(*read) == std::vector<std::int64_t>{250, 1000, 2000});
}

TEST_CASE("frames divide time without a tempo") {
    bytes events = {100, 0xC0, 1};
    const auto read =
        read_midi_file(one_track(events += end_of_track, {0xE7, 40})); // 25 frames of 40 ticks

    REQUIRE(read.has_value());
    CHECK(times_ms(*read) == std::vector<std::int64_t>{100});
}

TEST_CASE("System Exclusive is put together from its pieces, and other bytes are messages") {
    bytes events = {0, 0xF0, 3,    0x7D, 1,    0xF7, 0,    0xF0, 2,    0x7D, 1,    9, 0xF7,
                    2, 2,    0xF7, 0,    0xF7, 1,    0xF8, 0,    0xF7, 2,    0x90, 60};
    const auto read = read_midi_file(one_track(events += end_of_track));

    REQUIRE(read.has_value());
    REQUIRE(read->events.size() == 3);
    CHECK(read->events[0].bytes == bytes{0xF0, 0x7D, 1, 0xF7});
    CHECK(read->events[1].bytes == bytes{0xF0, 0x7D, 1, 2, 0xF7});
    CHECK(read->events[2].bytes == bytes{0xF8});
    CHECK(read->skipped == 1); // a note without its velocity
}

TEST_CASE("long delta times are read, and nothing behind the end of a track") {
    bytes events = {0x81, 0x40, 0xC0, 1}; // 192 ticks
    events += end_of_track;
    const auto read = read_midi_file(one_track(events += {0, 0xC0, 2}));

    REQUIRE(read.has_value());
    CHECK(times_ms(*read) == std::vector<std::int64_t>{1000});
}

TEST_CASE("what is wrong with a file is told with its place") {
    CHECK_THAT(wrong_of({'R', 'I', 'F', 'F'}), Contains("byte 0: this is no Standard MIDI File"));
    CHECK_THAT(wrong_of(header(2, 1)), Contains("byte 8: the format is 2; expected 0 or 1"));
    CHECK_THAT(wrong_of({'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 0}),
               Contains("byte 4: the header has 6 bytes, but only 2 follow; the file is cut off"));
    CHECK_THAT(wrong_of({'M', 'T', 'h', 'd', 0, 0, 0, 5, 0, 0, 0, 1, 0}),
               Contains("byte 4: the header has 5 bytes; expected 6"));
    CHECK_THAT(wrong_of(header(0, 1)), Contains("byte 14: there is no track; expected MTrk"));
    CHECK_THAT(wrong_of(header(0, 1, {0, 0})), Contains("byte 12: a quarter note has 0 ticks"));
    CHECK_THAT(wrong_of(header(0, 1, {0x80, 1})), Contains("byte 12: the time division 80 01"));
    CHECK_THAT(wrong_of(one_track({0, 60, 100})),
               Contains("byte 23: the data byte 3c has no status before it"));
    CHECK_THAT(wrong_of(one_track({0, 0xF4})), Contains("byte 23: the status f4"));
    CHECK_THAT(wrong_of(one_track({0, 0x90, 60})), Contains("ends within a message"));
    CHECK_THAT(wrong_of(one_track({0, 0x90, 60, 0x80})), Contains("a data byte above 7f"));
    CHECK_THAT(wrong_of(one_track({0, 0xFF, 0x51, 2, 1, 1})), Contains("expected 3"));
    CHECK_THAT(wrong_of(one_track({0xFF, 0xFF, 0xFF, 0xFF, 1})),
               Contains("byte 22: a delta time has more than 4 bytes"));
    CHECK_THAT(wrong_of(one_track({0, 0xF0, 0x20, 1})), Contains("within System Exclusive"));
    bytes cut = one_track(end_of_track);
    cut.pop_back();
    CHECK_THAT(wrong_of(cut), Contains("byte 14: the chunk has 4 bytes, but only 3 follow"));
}

TEST_CASE("a file that plays for weeks is refused") {
    bytes events;
    for (int i = 0; i < 4; ++i) {
        events += {0xFF, 0xFF, 0xFF, 0x7F, 0xC0, 1};
    }
    const auto read = read_midi_file(one_track(events += end_of_track, {0, 1}));

    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().kind == error_kind::limit);
}

TEST_CASE("tracks that the header names and that are not there are counted") {
    bytes file = header(1, 3);
    file += chunk("MTrk", end_of_track);
    const auto cut = read_midi_file(file);
    REQUIRE(cut.has_value());
    CHECK(cut->tracks == 1);
    CHECK(cut->tracks_missing == 2);

    file += chunk("MTrk", end_of_track);
    file += chunk("MTrk", end_of_track);
    const auto whole = read_midi_file(file);
    REQUIRE(whole.has_value());
    CHECK(whole->tracks_missing == 0);
    file += chunk("MTrk", end_of_track);
    const auto more = read_midi_file(file);
    REQUIRE(more.has_value());
    CHECK(more->tracks_missing == 0);
}
