// SPDX-License-Identifier: MIT
// The events that a worker holds until they are due.
#include "kernel/host/worker/held_events.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <vector>

namespace {

using tactus::host::held_event;
using tactus::host::held_events;

struct held_case {
    held_events held{4};
    std::uint64_t sequence = 0;

    void add(std::int64_t due_ns, std::uint8_t byte = 0) {
        tactus_event event{};
        event.due_ns = due_ns;
        event.bytes = &byte;
        event.size = 1;
        held.add(event, {}, sequence++);
    }
    std::uint8_t pop() {
        const std::uint8_t byte = held.at(held.first()).event.bytes[0];
        held.pop_first();
        return byte;
    }
};

TEST_CASE_METHOD(held_case,
                 "the earliest comes first, and equals in the order in which they came") {
    add(20, 1);
    add(10, 2);
    add(20, 3);
    add(10, 4);
    CHECK(pop() == 2);
    CHECK(pop() == 4);
    CHECK(pop() == 1);
    CHECK(pop() == 3);
    CHECK(held.is_empty());
}

TEST_CASE_METHOD(held_case, "it is full at its bound, and has room again after each that leaves") {
    for (int i = 0; i < 4; ++i) {
        CHECK_FALSE(held.is_full());
        add(i);
    }
    CHECK(held.is_full());
    held.pop_first();
    CHECK_FALSE(held.is_full());
    add(5);
    CHECK(held.is_full());
}

TEST_CASE_METHOD(held_case, "what is removed leaves the others in order, and its room") {
    for (const std::uint8_t byte : std::array<std::uint8_t, 4>{3, 1, 4, 2}) {
        add(byte, byte);
    }
    held.remove_if([](const held_event& each, std::uint64_t) { return each.bytes[0] == 1; });
    held.remove_if([](const held_event&, std::uint64_t number) { return number == 2; });
    CHECK_FALSE(held.is_full());
    CHECK(pop() == 2);
    CHECK(pop() == 3);
    CHECK(held.is_empty());
}

TEST_CASE_METHOD(held_case, "of those that are wanted, the earliest is found") {
    add(30, 7);
    add(10, 1);
    add(20, 7);
    const auto is_seven = [](const tactus_event& each) { return each.bytes[0] == 7; };
    const held_events::entry* const found = held.first_of(is_seven);
    REQUIRE(found != nullptr);
    CHECK(found->due_ns == 20);
    CHECK(held.first_of([](const tactus_event& each) { return each.bytes[0] == 9; }) == nullptr);
}

} // namespace
