// SPDX-License-Identifier: MIT
#include "kernel/flow/output/port_notes.hpp"

#include "tests/support/catch.hpp"

using tactus::flow::port_notes;

namespace {

constexpr std::array<std::uint8_t, 3> note_on = {0x90, 60, 100};
constexpr std::array<std::uint8_t, 3> note_off = {0x80, 60, 64};

} // namespace

TEST_CASE("what sounds is kept for each port and name by itself") {
    port_notes notes;

    notes.of(1).notes.follow(note_on);
    notes.of(1, "keys").notes.follow(note_on);
    notes.of(2, "keys").notes.follow(note_on);
    notes.of(1, "keys").notes.follow(note_off);

    CHECK(notes.count() == 2);
    CHECK(notes.of(1).notes.count() == 1);
    CHECK(notes.of(2, "keys").notes.count() == 1);
    CHECK(notes.all().size() == 3);
}

TEST_CASE("ad-hoc peers that come and go leave nothing behind where their notes ended") {
    port_notes notes;
    for (std::uint32_t port = 0; port < 5000; ++port) {
        notes.of(port).notes.follow(note_on);
        notes.of(port).notes.follow(note_off);
    }

    CHECK(notes.all().size() == port_notes::entries_kept);
}

TEST_CASE("beyond the limit it is a port that is gone whose notes are forgotten") {
    port_notes notes;
    for (std::uint32_t port = 0; port < port_notes::entries_max; ++port) {
        notes.of(port).notes.follow(note_on);
    }
    notes.of(7).was_up = false;

    notes.of(5000).notes.follow(note_on);

    CHECK(notes.all().size() == port_notes::entries_max);
    CHECK(notes.of(0).notes.count() == 1);
    CHECK(notes.of(5000).notes.count() == 1);
    CHECK(notes.count() == port_notes::entries_max);
}

TEST_CASE("an entry with something under way is not used again") {
    port_notes notes;
    for (std::uint32_t port = 0; port < port_notes::entries_kept; ++port) {
        ++notes.of(port).under_way;
    }

    static_cast<void>(notes.of(5000));

    CHECK(notes.all().size() == port_notes::entries_kept + 1);
}

TEST_CASE("a handle finds its entry until that is used for another port") {
    port_notes notes;
    const port_notes::handle first = notes.handle_of(notes.of(1));
    for (std::uint32_t port = 2; port <= port_notes::entries_kept; ++port) {
        static_cast<void>(notes.of(port));
    }
    REQUIRE(notes.find(first) == &notes.of(1));
    REQUIRE(notes.find(port_notes::handle{}) == nullptr);

    static_cast<void>(notes.of(5000)); // silent ones are used again

    CHECK(notes.find(first) == nullptr);
    CHECK(notes.find(1, "") == nullptr);
}
