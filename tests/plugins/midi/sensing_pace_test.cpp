// SPDX-License-Identifier: MIT
#include "plugins/midi/sensing_pace.hpp"

#include "tests/support/catch.hpp"

using midi::sensing_pace;

namespace {

constexpr std::int64_t ms = 1'000'000;

} // namespace

TEST_CASE("active sensing is due at once, then 270 ms after what left last") {
    sensing_pace pace;
    CHECK(pace.due_ns() <= 0);

    pace.leaves(1000 * ms);
    CHECK(pace.due_ns() == 1270 * ms);

    pace.leaves(900 * ms); // was handed over later, and left earlier
    CHECK(pace.due_ns() == 1270 * ms);
}

TEST_CASE("active sensing is handed over as much earlier as the system asks for, within bounds") {
    sensing_pace pace;
    pace.leaves(1000 * ms);

    CHECK(pace.look_ns(0) == 1270 * ms);
    CHECK(pace.look_ns(5 * ms) == 1265 * ms);
    CHECK(pace.look_ns(400 * ms) == 1135 * ms); // else it would be said again and again
}

TEST_CASE("after a flush active sensing counts from the flush") {
    sensing_pace pace;
    pace.leaves(1000 * ms);

    pace.flushed(950 * ms);
    CHECK(pace.due_ns() == 1220 * ms);

    pace.flushed(960 * ms);
    CHECK(pace.due_ns() == 1220 * ms);
}
