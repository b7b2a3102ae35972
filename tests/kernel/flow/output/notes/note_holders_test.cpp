// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/note_holders.hpp"

#include "tests/support/catch.hpp"

using tactus::flow::note_holders;

namespace {

struct held {
    note_holders::places_set its;
    note_holders::places_set others;
};

held find(const note_holders& among, std::uint32_t sender) {
    held found;
    among.find(sender, found.its, found.others);
    return found;
}

} // namespace

TEST_CASE("nobody holds anything before something began") {
    note_holders holders;

    holders.ended(60);
    holders.forget(1);

    CHECK_FALSE(holders.is_held_by_others(60, 1));
    CHECK(find(holders, 1).its.none());
}

TEST_CASE("each holder of a note is known until the note ends or the holder goes") {
    note_holders holders;
    for (const std::uint32_t sender : {1U, 2U, 3U, 2U}) {
        holders.began(60, sender);
    }
    holders.began(61, 2);

    for (const std::uint32_t sender : {1U, 2U, 3U}) {
        CHECK(find(holders, sender).its[60]);
        CHECK(find(holders, sender).others[60]);
    }
    holders.forget(1);
    CHECK_FALSE(find(holders, 1).its[60]);
    holders.forget(3);
    CHECK_FALSE(holders.is_held_by_others(60, 2));
    CHECK(holders.is_held_by_others(60, 1));
    holders.ended(60);

    CHECK_FALSE(holders.is_held_by_others(60, 1));
    CHECK(find(holders, 2).its.count() == 1);
}

TEST_CASE("a note holds at most so many further holders, and the known ones still go") {
    note_holders holders;
    for (std::uint32_t sender = 1; sender <= note_holders::more_max + 10; ++sender) {
        holders.began(60, sender);
    }

    CHECK(find(holders, note_holders::more_max + 1).its[60]);
    CHECK_FALSE(find(holders, note_holders::more_max + 2).its[60]);
    for (std::uint32_t sender = 1; sender <= note_holders::more_max; ++sender) {
        holders.forget(sender);
    }
    CHECK_FALSE(holders.is_held_by_others(60, note_holders::more_max + 1));
}

TEST_CASE("a holder who is not known never goes") {
    note_holders holders;
    holders.began(60, 0);
    holders.began(60, 5);

    holders.forget(0);
    holders.forget(5);

    CHECK(holders.is_held_by_others(60, 5));
}
