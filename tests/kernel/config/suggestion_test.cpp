// SPDX-License-Identifier: MIT
#include "kernel/config/suggestion.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <string>

namespace tactus::config {
namespace {

constexpr std::array<std::string_view, 4> keys{"late_limit", "listen", "to", "name"};

TEST_CASE("the distance counts insertions, deletions, replacements and swaps as one each") {
    CHECK(edit_distance("late", "late") == 0);
    CHECK(edit_distance("late", "latte") == 1);
    CHECK(edit_distance("late", "lat") == 1);
    CHECK(edit_distance("late", "lave") == 1);
    CHECK(edit_distance("late", "alte") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("ca", "abc") == 3); // a place is touched once
}

TEST_CASE("the distance from nothing is the length") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "") == 3);
}

TEST_CASE("the distance is the same both ways") {
    const std::array<std::string_view, 5> words{"", "osc", "ocs", "pending", "pendign"};
    for (const std::string_view a : words) {
        for (const std::string_view b : words) {
            CHECK(edit_distance(a, b) == edit_distance(b, a));
        }
    }
}

TEST_CASE("a word beyond 64 bytes costs no table and is near to itself only") {
    const std::string word(65, 'x');

    CHECK(edit_distance(word, word) == 0);
    CHECK(edit_distance(word, word + "y") == 66);
}

TEST_CASE("the nearest word is found within two edits") {
    CHECK(suggestion("lisen", keys) == "listen");
    CHECK(suggestion("lateLimit", keys) == "late_limit");
    CHECK(suggestion("lit_limit", keys) == "late_limit");
    CHECK(suggestion("latlimi", keys).empty());
}

TEST_CASE("more than a third of a word is never a slip") {
    CHECK(suggestion("ot", keys).empty());
    CHECK(suggestion("nome", keys) == "name");
    CHECK(suggestion("nona", keys).empty());
}

TEST_CASE("of equally near words the first is taken, and an exact one before all") {
    constexpr std::array<std::string_view, 3> words{"mat", "cat", "bat"};

    CHECK(suggestion("rat", words) == "mat");
    CHECK(suggestion("bat", words) == "bat");
}

TEST_CASE("nothing is suggested where nothing is near") {
    CHECK(did_you_mean("banana", keys).empty());
    CHECK(did_you_mean("nmae", keys) == "did you mean \"name\"?");
    CHECK(did_you_mean("name", {}).empty());
    CHECK(did_you_mean("name", keys).empty()); // the very word that was refused
}

} // namespace
} // namespace tactus::config
