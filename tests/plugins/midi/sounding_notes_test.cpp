// SPDX-License-Identifier: MIT
#include "plugins/midi/sounding_notes.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using midi::sounding_notes;
using message = std::vector<std::uint8_t>;

namespace {

std::vector<message> ended(sounding_notes& notes) {
    std::vector<message> all;
    notes.end_all(
        [&all](std::span<const std::uint8_t> end) { all.emplace_back(end.begin(), end.end()); });
    return all;
}

} // namespace

TEST_CASE("what was begun and not ended is ended, once") {
    sounding_notes notes;
    for (const message& each : std::vector<message>{{0x90, 60, 100},
                                                    {0x9F, 127, 1},
                                                    {0x91, 60, 100},
                                                    {0x81, 60, 0},
                                                    {0x92, 1, 1},
                                                    {0x92, 1, 0},
                                                    {0xB3, 64, 127},
                                                    {0xB3, 66, 64},
                                                    {0xB3, 66, 63},
                                                    {0xC0, 1},
                                                    {0xF8}}) {
        notes.follow(each);
    }

    CHECK(ended(notes) == std::vector<message>{{0x80, 60, 64}, {0x8F, 127, 64}, {0xB3, 64, 0}});
    CHECK(ended(notes).empty());
}

TEST_CASE("a channel mode message ends the notes of its channel, and no other's") {
    constexpr std::array<std::uint8_t, 4> modes{120, 123, 124, 127};
    for (const std::uint8_t mode : modes) {
        sounding_notes notes;
        notes.follow(message{0x90, 60, 1});
        notes.follow(message{0x91, 61, 1});
        notes.follow(message{0xB0, mode, 0});

        CHECK(ended(notes) == std::vector<message>{{0x81, 61, 64}});
    }
    sounding_notes notes;
    notes.follow(message{0x90, 60, 1});
    notes.follow(message{0xB0, 64, 127});
    notes.follow(message{0xB1, 64, 127});
    notes.follow(message{0xB0, 121, 0}); // resets the controllers of its channel
    CHECK(ended(notes) == std::vector<message>{{0x80, 60, 64}, {0xB1, 64, 0}});
}
