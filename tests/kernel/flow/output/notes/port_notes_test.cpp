// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/port_notes.hpp"

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

TEST_CASE("a note that is on again needs only one end of the two that are owed") {
    port_notes::entry at;
    at.owed.began(60);
    at.owed.began(60);

    at.began(60, 1);
    CHECK(at.owed.total() == 2);
    at.began(60, 1);
    CHECK(at.owed.total() == 1);
}

TEST_CASE("what ended shortly before a port went down is in doubt until it begins or ends again") {
    port_notes::entry at;
    at.began(60, 1);
    at.began(61, 1);
    at.ended_notes_of(0, 1'000);
    CHECK(at.notes.to_end() == 0);
    CHECK(at.in_doubt.none());

    at.went_down(1'000);
    CHECK(at.in_doubt.count() == 2);
    at.began(60, 1);
    at.ended(61, 2'000);
    CHECK(at.in_doubt.none());
}

TEST_CASE("after a cancel of everything no end is on its way, and none is owed") {
    port_notes::entry at;
    at.began(60, 1);
    at.owed.began(60);
    at.ending.set(60);

    at.all_cancelled();

    CHECK(at.ending.none());
    CHECK(at.owed.total() == 0);
    CHECK(at.notes.has(60));
}
