// SPDX-License-Identifier: MIT
#include "kernel/flow/port_notes.hpp"

#include "tests/support/catch.hpp"

using tactus::flow::port_notes;

namespace {

constexpr std::array<std::uint8_t, 3> note_on = {0x90, 60, 100};
constexpr std::array<std::uint8_t, 3> note_off = {0x80, 60, 64};

} // namespace

TEST_CASE("what sounds is kept for each port and name by itself") {
    port_notes notes;

    notes.of(1).follow(note_on, false);
    notes.of(1, "keys").follow(note_on, false);
    notes.of(2, "keys").follow(note_on, false);
    notes.of(1, "keys").follow(note_off, false);

    CHECK(notes.count() == 2);
    CHECK(notes.of(1).notes.count() == 1);
    CHECK(notes.of(2, "keys").notes.count() == 1);
    CHECK(notes.all().size() == 3);
}

TEST_CASE("guests that come and go leave nothing behind where their notes ended") {
    port_notes notes;
    for (std::uint32_t port = 0; port < 5000; ++port) {
        notes.of(port).follow(note_on, false);
        notes.of(port).follow(note_off, false);
        static_cast<void>(notes.ends_of(port));
    }

    CHECK(notes.all().size() == port_notes::entries_kept);
}

TEST_CASE("beyond the limit it is a port that is gone whose notes are forgotten") {
    port_notes notes;
    for (std::uint32_t port = 0; port < port_notes::entries_max; ++port) {
        notes.of(port).follow(note_on, false);
    }
    notes.of(7).was_up = false;

    notes.of(5000).follow(note_on, false);

    CHECK(notes.all().size() == port_notes::entries_max);
    CHECK(notes.of(0).notes.count() == 1);
    CHECK(notes.of(5000).notes.count() == 1);
    CHECK(notes.count() == port_notes::entries_max);
}

TEST_CASE("what is in doubt is not used again") {
    port_notes notes;
    for (std::uint32_t port = 0; port < port_notes::entries_kept; ++port) {
        notes.of(port).follow(note_on, true);
        notes.of(port).follow(note_off, true);
    }

    static_cast<void>(notes.of(5000));
    notes.settle(false);

    CHECK(notes.count() == port_notes::entries_kept);
}
