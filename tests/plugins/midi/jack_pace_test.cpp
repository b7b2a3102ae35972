// SPDX-License-Identifier: MIT
// The ring is RtMidi's; a period is a change of the frame time.
#include "plugins/midi/jack_pace.hpp"

#include "tests/support/catch.hpp"

using namespace midi;
using namespace std::chrono_literals;
using verdict = jack_pace::verdict;

namespace {

constexpr jack_pace::clock::time_point start{};

// How many events of that size are allowed before one is not.
int allowed(jack_pace& pace, std::size_t size, std::uint32_t frame) {
    int count = 0;
    while (pace.ask(size, frame, start) == verdict::go) {
        ++count;
    }
    return count;
}

} // namespace

TEST_CASE("no more is allowed within a period than the ring holds") {
    jack_pace pace(100ms, 0, start);

    const int notes = allowed(pace, 3, 0);

    CHECK(notes == 16383 / 10);
    CHECK(pace.ask(3, 0, start) == verdict::wait);
}

TEST_CASE("the longest event fits into an empty ring, one byte more never does") {
    jack_pace pace(100ms, 0, start);

    CHECK(pace.ask(jack_pace::size_max + 1, 0, start) == verdict::wait);
    CHECK(pace.ask(jack_pace::size_max, 0, start) == verdict::go);
    CHECK(pace.ask(1, 0, start) == verdict::wait);
}

TEST_CASE("what was written in the period before counts until that after it has begun") {
    jack_pace pace(100ms, 0, start);
    allowed(pace, 3, 0);

    CHECK(pace.ask(3, 128, start) == verdict::wait);
    CHECK(pace.ask(3, 256, start) == verdict::go);
}

TEST_CASE("both periods together never hold more than the ring") {
    jack_pace pace(100ms, 0, start);
    for (int i = 0; i < 800; ++i) {
        REQUIRE(pace.ask(3, 0, start) == verdict::go);
    }

    CHECK(allowed(pace, 3, 128) == 1638 - 800);
    CHECK(allowed(pace, 3, 256) == 800);
}

TEST_CASE("a server that shows no period for longer than the limit is frozen") {
    jack_pace pace(100ms, 0, start);

    CHECK(pace.ask(3, 0, start + 100ms) == verdict::go);
    CHECK(pace.ask(3, 0, start + 101ms) == verdict::frozen);
}

TEST_CASE("a frozen server that shows a period again is used again") {
    jack_pace pace(100ms, 0, start);
    REQUIRE(pace.ask(3, 0, start + 1s) == verdict::frozen);

    CHECK(pace.ask(3, 128, start + 1s) == verdict::go);
    CHECK(pace.ask(3, 128, start + 1s + 100ms) == verdict::go);
    CHECK(pace.ask(3, 128, start + 1s + 101ms) == verdict::frozen);
}

TEST_CASE("a long silence of ours is not taken for a freeze") {
    jack_pace pace(100ms, 0, start);
    REQUIRE(pace.ask(3, 128, start + 1ms) == verdict::go);

    CHECK(pace.ask(3, 4'800'000, start + 100s) == verdict::go);
}

TEST_CASE("a frame time that wraps is a period like any other") {
    jack_pace pace(100ms, 0xFFFFFF80u, start);

    CHECK(pace.look(0, start + 3ms));
    CHECK_FALSE(pace.look(0, start + 4ms));
}
