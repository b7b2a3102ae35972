// SPDX-License-Identifier: MIT
// Frames of JACK's periods by our clock; and, with them, what keeps distances.
#include "plugins/midi/jack_cycle.hpp"

#include "plugins/midi/clock_map.hpp"
#include "plugins/midi/steady_pace.hpp"
#include "tests/support/catch.hpp"

using namespace midi;

TEST_CASE("a moment is in the frame that has begun by then") {
    const jack_cycle cycle{128, 1'000'000, 3'666'667}; // 20833.3 ns each

    CHECK(cycle.frame_of(1'000'000) == 0);
    CHECK(cycle.frame_of(1'020'833) == 0);
    CHECK(cycle.frame_of(1'020'834) == 1);
    CHECK(cycle.frame_of(2'333'334) == 64);
    CHECK(cycle.frame_of(3'666'666) == 127);
}

TEST_CASE("what is past stands at the first frame, what is a later period's in none") {
    const jack_cycle cycle{128, 1'000'000, 3'666'667};

    CHECK(cycle.frame_of(999'999) == 0);
    CHECK(cycle.frame_of(INT64_MIN) == 0);
    CHECK(cycle.frame_of(3'666'667) == 128);
    CHECK(cycle.frame_of(INT64_MAX) == 128);
}

TEST_CASE("every frame of a long period is hit by its own moment") {
    const jack_cycle cycle{8192, 7'000'000'000'000, 7'000'170'666'667};
    for (std::uint32_t frame = 0; frame < 8192; ++frame) {
        const std::int64_t middle_ns =
            cycle.begin_ns + (cycle.end_ns - cycle.begin_ns) * (2 * frame + 1) / (2 * 8192);
        REQUIRE(cycle.frame_of(middle_ns) == frame);
    }
}

TEST_CASE("two clocks that are one stay one, however late a look is") {
    clock_map clock;
    clock.add_reading(5'000'200, 5'000, 5'000'900);
    CHECK(clock.to_host_ns(5'000) == 5'000'000);
    clock.add_reading(6'000'200, 9'000, 12'000'900); // held up for 6 ms
    CHECK(clock.to_host_ns(9'000) == 9'000'000);
}

TEST_CASE("who is held up at the first look at two clocks looks again") {
    clock_map clock;
    std::int64_t host_ns = 1'000'000'000;
    int looks = 0;
    // The other clock says the same, in us; the first reading takes half a second.
    clock.look_at([&] { return host_ns += 1'000; },
                  [&] {
                      const auto now_us = static_cast<std::uint64_t>(host_ns / 1000);
                      host_ns += ++looks == 1 ? 500'000'000 : 1'000;
                      return now_us;
                  });
    CHECK(looks == 2);
    CHECK(std::abs(clock.to_host_ns(2'000'000) - 2'000'000'000) < 10'000);

    looks = 0; // one that is held up again and again goes on all the same
    clock.look_at([&] { return host_ns += 1'000'000; },
                  [&] {
                      ++looks;
                      return static_cast<std::uint64_t>(host_ns / 1000);
                  });
    CHECK(looks == 4);
}

TEST_CASE("two clocks that differ are known by one close look, and followed where they drift") {
    clock_map clock;
    clock.add_reading(1'000'000, 500'000, 9'000'000); // held up
    clock.add_reading(9'100'000, 508'600, 9'100'400);
    CHECK(std::abs(clock.to_host_ns(508'600) - 9'100'000) <= 1'000);

    std::int64_t ours_ns = 10'000'000;
    for (std::uint64_t i = 1; i <= 1000; ++i) { // 500 ppm
        ours_ns = 10'000'000 + static_cast<std::int64_t>(i) * 1'000'500;
        const std::uint64_t jack_us = 509'500 + i * 1'000;
        clock.add_reading(ours_ns, jack_us, ours_ns + 200);
        REQUIRE(std::abs(clock.to_host_ns(jack_us) - ours_ns) <= 1'200);
    }
}

TEST_CASE("what comes live leaves a constant time after due, what is known ahead at due") {
    steady_pace pace;
    const steady_pace::distances by{5, 3};

    CHECK(pace.moment_of({100, 100}, by) == 103);
    CHECK(pace.moment_of({102, 101}, by) == 105);
    CHECK(pace.moment_of({120, 101}, by) == 120);
    CHECK(pace.moment_of({125, 120}, by) == 125); // just in time to be known
    CHECK(pace.moment_of({126, 122}, by) == 129); // not so
}

TEST_CASE("what is known ahead does not pass what came live and was due earlier") {
    steady_pace pace;
    const steady_pace::distances by{5, 30};
    CHECK(pace.moment_of({100, 100}, by) == 130);

    CHECK(pace.moment_of({110, 100}, by) == 130);
    CHECK(pace.moment_of({140, 100}, by) == 140);
    CHECK(pace.moment_of({99, 90}, by) == 99); // it was due before
}

TEST_CASE(
    "periods that JACK went through without us are counted, also where its count begins anew") {
    missed_periods missed;
    CHECK(missed.before(128, 0xFFFFFF00) == 0); // nothing was before
    CHECK(missed.before(128, 0xFFFFFF80) == 0);
    CHECK(missed.before(128, 256) == 2);
    CHECK(missed.before(128, 128) == 0); // it went back
}
