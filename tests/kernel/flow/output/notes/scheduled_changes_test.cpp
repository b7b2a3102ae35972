// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/scheduled_changes.hpp"

#include "tests/support/catch.hpp"

using tactus::flow::note_change;
using tactus::flow::scheduled_changes;

namespace {

note_change note_on(std::uint8_t key) {
    return {.at = {0, 1}, .message = {0x90, key, 100}};
}

std::vector<int> keys_of(const std::vector<scheduled_changes::change>& all) {
    std::vector<int> keys;
    for (const scheduled_changes::change& each : all) {
        keys.push_back(each.what.message[1]);
    }
    return keys;
}

std::vector<int> take_all(scheduled_changes& from, std::int64_t now_ns) {
    std::vector<int> keys;
    while (from.has_due(now_ns)) {
        keys.push_back(from.take_first().what.message[1]);
    }
    return keys;
}

} // namespace

TEST_CASE("changes take effect by their time, and those of one time as they left") {
    scheduled_changes later;
    later.add(note_on(1), 300);
    later.add(note_on(2), 100);
    later.add(note_on(3), 300);
    later.add(note_on(4), 100);
    later.add(note_on(5), 300);

    CHECK_FALSE(later.has_due(99));
    CHECK(take_all(later, 100) == std::vector{2, 4});
    CHECK_FALSE(later.has_due(299));
    CHECK(take_all(later, 1000) == std::vector{1, 3, 5});
}

TEST_CASE("what is selected comes in the order in which it takes effect, and stays") {
    scheduled_changes later;
    for (const int key : {9, 2, 7, 4, 5}) {
        later.add(note_on(static_cast<std::uint8_t>(key)), 10 * key);
    }
    const auto is_odd = [](const note_change& what) { return what.message[1] % 2 == 1; };

    CHECK(keys_of(later.in_order(is_odd)) == std::vector{5, 7, 9});
    CHECK(take_all(later, 1000) == std::vector{2, 4, 5, 7, 9});
}

TEST_CASE("a visitor may alter what is changed") {
    scheduled_changes later;
    later.add(note_on(1), 20);
    later.add(note_on(2), 10);

    later.for_each([](scheduled_changes::change& each) { each.what.sender = 7; });

    CHECK(later.take_first().what.sender == 7);
    CHECK(later.take_first().what.sender == 7);
    CHECK_FALSE(later.has_due(1000));
}

TEST_CASE("no more changes than the limit are kept") {
    scheduled_changes later;
    for (std::size_t i = 0; i + 1 < scheduled_changes::changes_max; ++i) {
        later.add(note_on(1), 20);
    }
    CHECK_FALSE(later.is_full());

    later.add(note_on(2), 10);
    CHECK(later.is_full());
    CHECK(later.take_first().what.message[1] == 2);
    CHECK_FALSE(later.is_full());
}
