// SPDX-License-Identifier: MIT
// What has to be ended when a client that plays goes.
#include "kernel/daemon/methods/played_notes.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <vector>

using namespace tactus;
using namespace tactus::daemon;

namespace {

using message = std::array<std::uint8_t, 3>;

std::vector<message> ends_at(const played_notes& of, std::int64_t now_ns) {
    std::vector<message> ends;
    of.for_each_on(now_ns, [&](const flow::sounding::message_bytes& end) { ends.push_back(end); });
    return ends;
}

} // namespace

TEST_CASE("a note sounds until its end is due, and for ever without one") {
    played_notes notes;
    notes.follow(message{0x90, 60, 100}, 10);
    notes.follow(message{0x91, 61, 100}, 10);
    notes.follow(message{0x80, 60, 0}, 20);

    CHECK(ends_at(notes, 15) == std::vector<message>{{0x80, 60, 64}, {0x81, 61, 64}});
    CHECK(ends_at(notes, 20) == std::vector<message>{{0x81, 61, 64}});
}

TEST_CASE("pedals are lifted, and all notes off ends the notes of its channel") {
    played_notes notes;
    notes.follow(message{0xB0, 64, 127}, 10);
    notes.follow(message{0x90, 60, 100}, 10);
    notes.follow(message{0x91, 60, 100}, 10);
    notes.follow(message{0xB0, 123, 0}, 20);

    CHECK(ends_at(notes, 30) == std::vector<message>{{0x81, 60, 64}, {0xB0, 64, 0}});
}

TEST_CASE("what begins nothing costs nothing") {
    played_notes notes;
    notes.follow(message{0xB0, 7, 100}, 10);
    notes.follow(message{0x80, 60, 0}, 10);

    CHECK(ends_at(notes, 0).empty());
}
