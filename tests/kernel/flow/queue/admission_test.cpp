// SPDX-License-Identifier: MIT
// admission: one event at the limit of its output, and what goes for it.
#include "kernel/flow/queue/admission.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>

using namespace tactus::flow;

namespace {

struct door {
    event_store events = std::move(*event_store::make(1000, 1 << 20, 1 << 20));
    room_accounts rooms{{1000, 1 << 20}};
    output_queue to;
    std::uint64_t sequence = 1;

    explicit door(when_full policy, std::uint64_t events_max)
        : to(std::move(*output_queue::make(0, {{events_max, 1 << 20}, policy}, 1000))) {
        rooms.set_output(0, {events_max, 1 << 20});
        rooms.add_input(1);
    }
    // It waits without being asked.
    void let_in(const event_source& source, std::uint64_t due) {
        const admission asked(source, to, events, rooms);
        const std::optional<std::uint32_t> slot = events.add(source, 0, 0);
        REQUIRE(slot.has_value());
        const std::uint8_t into = lane_of(source.flags);
        events.join(*slot, asked.name(), asked.group(), asked.cost());
        rooms.take_in(0, source.input, asked.cost());
        rooms.add_pending(0, source.input, into, asked.cost());
        to.insert(into, make_due_key(due, sequence++, *slot), asked.cost());
    }
};

event_source from(std::uint16_t input, std::uint32_t group = 0) {
    event_source source;
    source.input = input;
    source.group = group;
    return source;
}

} // namespace

TEST_CASE("an event that fits is let in, and evicts nothing") {
    door at(when_full::drop_oldest, 10);
    const event_source source = from(0, 5);
    const admission asked(source, at.to, at.events, at.rooms);

    CHECK(asked.is_granted());
    CHECK(asked.cost() == event_store::cost_of(0, true));
    CHECK(asked.name() == group_name{5, 0, 0, normal_lane});
    CHECK(asked.group() == cancel_groups::none);
    CHECK(asked.evicted() == 0);
}

TEST_CASE("room is made by the event of the same input that is due next, if the policy says so") {
    const when_full policy =
        GENERATE(when_full::drop_oldest, when_full::drop_newest, when_full::refuse);
    door at(policy, 3);
    at.let_in(from(1), 10);
    at.let_in(from(0), 30);
    at.let_in(from(0), 20);
    const event_source source = from(0);
    admission asked(source, at.to, at.events, at.rooms);
    CHECK_FALSE(asked.is_granted());

    const bool makes = policy == when_full::drop_oldest;
    CHECK(asked.make_room() == makes);
    CHECK(asked.evicted() == (makes ? 1 : 0));
    CHECK(at.rooms.held(1) == 1);
    CHECK(at.rooms.held(0) == (makes ? 1 : 2));
    CHECK(at.to.counts().evicted == (makes ? 1 : 0));
    CHECK(at.events.cells().cells_in_use() == (makes ? 2 : 3));
    CHECK(due_of(at.to.furthest()) == 30);
}

TEST_CASE("an event that is never refused is let in beyond any limit") {
    door at(when_full::refuse, 1);
    at.let_in(from(0), 10);
    event_source source = from(0);
    source.room = claim::all;

    CHECK(admission(source, at.to, at.events, at.rooms).is_granted());
}

TEST_CASE("a part of a SysEx is not evicted, nor what others sent") {
    door at(when_full::drop_oldest, 2);
    event_source part = from(0);
    part.flags = event_cell::is_part;
    at.let_in(part, 10);
    at.let_in(from(1), 10);
    const event_source source = from(0);
    admission asked(source, at.to, at.events, at.rooms);

    CHECK_FALSE(asked.make_room());
    CHECK(asked.evicted() == 0);
}

TEST_CASE("a group that exists makes room among its own, and is made anew if that was all of it") {
    door at(when_full::drop_oldest, 4);
    at.let_in(from(0), 10);
    at.let_in(from(0, 8), 20);
    at.let_in(from(0), 30);
    const event_source source = from(0, 8);
    admission asked(source, at.to, at.events, at.rooms);
    REQUIRE(asked.group() != cancel_groups::none);
    REQUIRE_FALSE(asked.is_granted());

    CHECK(asked.make_room());

    CHECK(asked.group() == cancel_groups::none);
    CHECK(asked.cost() == event_store::cost_of(0, true));
    CHECK(due_of(at.to.at(normal_lane).top()) == 10);
}
