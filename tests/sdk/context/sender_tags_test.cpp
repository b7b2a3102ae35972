// SPDX-License-Identifier: MIT
#include <tactus/cpp/sender_tags.hpp>

#include "tests/support/catch.hpp"

#include <set>
#include <string>
#include <vector>

using tactus::group_numbers;
using tactus::sender_tags;

TEST_CASE("each tag of each sender has a group of its own, made at its first use") {
    group_numbers numbers;
    sender_tags first(numbers);
    sender_tags second(numbers);
    const std::set<std::uint32_t> all = {first.untagged(), second.untagged(), *first.of("drums"),
                                         *first.of("bass"), *second.of("drums")};

    CHECK(all.size() == 5);
    CHECK(all.count(0) == 0);
    CHECK(first.of("drums") == first.find("drums"));
    CHECK_FALSE(second.find("bass").has_value());
    std::vector<std::uint32_t> visited;
    first.for_each([&](std::uint32_t group) { visited.push_back(group); });
    CHECK(visited ==
          std::vector<std::uint32_t>{first.untagged(), *first.find("drums"), *first.find("bass")});
}

TEST_CASE("a sender has at most so many tags, and the known ones stay") {
    group_numbers numbers;
    sender_tags sender(numbers);
    for (std::size_t i = 0; i < sender_tags::tags_max; ++i) {
        CHECK(sender.of(std::to_string(i)).has_value());
    }

    CHECK_FALSE(sender.of("one more").has_value());
    CHECK(sender.of("0").has_value());
}
