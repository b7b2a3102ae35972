// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/note_admission.hpp"

#include "tests/support/catch.hpp"

#include <array>

using namespace tactus::flow;

namespace {

constexpr std::array<std::uint8_t, 3> note_on = {0x90, 60, 100};
constexpr std::array<std::uint8_t, 3> note_off = {0x80, 60, 64};
constexpr note_owner someone{0, note_owner::no_route};
constexpr note_place here{1, {}};
constexpr std::int64_t soon_ns = note_admission::soon_ns;

} // namespace

TEST_CASE("a note that was let in is owed one end, at its port alone") {
    port_notes notes;
    note_admission admission(notes);
    CHECK_FALSE(admission.owes(here, note_off));

    admission.let_in(here, note_on, someone, false);

    CHECK(admission.owes(here, note_off));
    CHECK_FALSE(admission.owes(here, note_on));
    CHECK_FALSE(admission.owes({2, {}}, note_off));
    CHECK_FALSE(admission.owes({1, "keys"}, note_off));
    CHECK(admission.owes_any());
    admission.let_in(here, note_off, someone, false);
    CHECK_FALSE(admission.owes(here, note_off));
    CHECK_FALSE(admission.owes_any());
}

TEST_CASE("a note that ends by itself is owed no end") {
    port_notes notes;
    note_admission admission(notes);

    admission.let_in(here, note_on, someone, true);

    CHECK_FALSE(admission.owes_any());
    CHECK(notes.of(1).owners.of(sounding::place_of(note_on)) == someone);
}

TEST_CASE("an end of what sounds must pass if it is due soon, once in a second") {
    port_notes notes;
    note_admission admission(notes);
    CHECK_FALSE(admission.must_pass(here, note_off, 0, 0));
    notes.of(1).began(sounding::place_of(note_on), 0);

    CHECK(admission.must_pass(here, note_off, soon_ns, 0));
    CHECK_FALSE(admission.must_pass(here, note_off, soon_ns + 1, 0));
    CHECK_FALSE(admission.must_pass(here, note_on, 0, 0));

    admission.passed(here, note_off, 0);
    CHECK_FALSE(admission.must_pass(here, note_off, 0, soon_ns - 1));
    CHECK(admission.must_pass(here, note_off, soon_ns, soon_ns));
}
