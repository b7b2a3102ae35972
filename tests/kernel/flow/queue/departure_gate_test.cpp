// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/departure_gate.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::flow;

TEST_CASE("an event leaves ahead of its due time, at the earliest when keys begin") {
    departure_gate gate;
    const due_key key = make_due_key(100, 7, 3);
    CHECK(gate.leaving(key) == key);

    gate.set_ahead(30);
    CHECK(gate.leaving(key) == make_due_key(70, 7, 3));
    gate.set_ahead(1'000);
    CHECK(gate.leaving(key) == make_due_key(0, 7, 3));
}

TEST_CASE("what leaves after the moment of a freeze stays, until a thaw") {
    departure_gate gate;
    gate.set_ahead(30);
    gate.freeze(70);

    CHECK(gate.leaving(make_due_key(100, 1, 0)).has_value());
    CHECK_FALSE(gate.leaving(make_due_key(101, 1, 0)).has_value());
    CHECK(gate.frozen_after() == 70);
    gate.thaw();
    CHECK(gate.leaving(make_due_key(101, 1, 0)).has_value());
}

TEST_CASE("resuming neither thaws nor brings back what is removed") {
    departure_gate gate;
    gate.freeze(70);
    gate.pause();
    CHECK_FALSE(gate.is_open());
    gate.resume();
    CHECK(gate.is_open());
    CHECK_FALSE(gate.leaving(make_due_key(71, 1, 0)).has_value());

    gate.remove();
    gate.resume();
    gate.pause();
    CHECK(gate.is_removed());
    CHECK_FALSE(gate.is_open());
}
