// SPDX-License-Identifier: MIT
#include "kernel/time/timebase.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

using namespace tactus::time;
using tactus::testing::manual_clock;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

// A wall clock whose readings come late now and then, as when the thread is interrupted.
class interrupted_clock final : public clock {
public:
    [[nodiscard]] std::int64_t now_ns() const noexcept override { return now_ns_; }
    [[nodiscard]] std::int64_t unix_ns() const noexcept override {
        const std::int64_t read_ns = now_ns_ + offset_ns;
        now_ns_ += interruption_ns; // between this reading and the next one of now
        interruption_ns = next_interruption_ns;
        return read_ns;
    }
    std::int64_t offset_ns = 1'700'000'000 * second_ns;
    mutable std::int64_t interruption_ns = 0;
    std::int64_t next_interruption_ns = 0;

private:
    mutable std::int64_t now_ns_ = 5 * second_ns;
};

constexpr std::uint64_t ntp(std::uint64_t seconds, std::uint64_t fraction = 0) {
    return (seconds << 32) + fraction;
}

constexpr std::int64_t rollover_s = 2'085'978'496; // 2036-02-07 06:28:16
constexpr std::int64_t era_ns = (std::int64_t{1} << 32) * second_ns;

void set_wall(manual_clock& clock, std::int64_t unix_ns) {
    clock.step_wall_ns(unix_ns - clock.unix_ns());
}

// The Unix time that a tag means.
std::int64_t unix_ns_of(const timebase& base, std::uint64_t tag) {
    return base.from_ntp(tag) + base.offset_ns();
}

} // namespace

TEST_CASE("the time tags for immediately mean no due time") {
    const manual_clock clock;
    const timebase base(clock);

    REQUIRE(base.from_ntp(0) == 0);
    REQUIRE(base.from_ntp(1) == 0);
}

TEST_CASE("a time tag of era 0 counts from 1900") {
    const manual_clock clock;
    const timebase base(clock);

    REQUIRE(unix_ns_of(base, ntp(2'208'988'800)) == 0);
    REQUIRE(unix_ns_of(base, ntp(2'208'988'800 + 1'700'000'000)) == 1'700'000'000 * second_ns);
}

TEST_CASE("around the roll-over of 2036 tags of both eras mean what is near") {
    const std::int64_t now_s = GENERATE(as<std::int64_t>(), -7200, -60, -1, 0, 1, 60, 7200);
    manual_clock clock;
    set_wall(clock, (rollover_s + now_s) * second_ns);
    const timebase base(clock);

    for (const std::int64_t ahead_s : {-86'400, -3600, -1, 0, 1, 59, 600}) {
        CAPTURE(now_s, ahead_s);
        const auto seconds = static_cast<std::uint64_t>(now_s + ahead_s) & 0xFFFF'FFFFU;
        CHECK(base.from_ntp(ntp(seconds, 1U << 31)) ==
              clock.now_ns() + ahead_s * second_ns + second_ns / 2 -
                  (ahead_s == 600 && now_s + ahead_s >= 0 && now_s < 0 ? era_ns : 0));
    }
}

TEST_CASE("before the roll-over a tag of after it is believed up to max_ahead") {
    manual_clock clock;
    const std::int64_t max_ahead_ns =
        GENERATE(10 * second_ns, 600 * second_ns, 168 * 3600 * second_ns);
    timebase base(clock);
    base.set_max_ahead(max_ahead_ns);
    const std::uint64_t tag = ntp(5);
    set_wall(clock, (rollover_s + 5) * second_ns - max_ahead_ns);
    base.refresh();

    CHECK(base.from_ntp(tag) == clock.now_ns() + max_ahead_ns);
    CHECK(base.from_ntp(tag, clock.now_ns() - 1) == clock.now_ns() + max_ahead_ns - era_ns);
}

TEST_CASE("after the roll-over what is too far ahead stays so, for two weeks") {
    manual_clock clock;
    set_wall(clock, (rollover_s + 86'400) * second_ns);
    timebase base(clock);
    base.set_max_ahead(10 * second_ns);
    const std::int64_t most_s = timebase::too_far_max_ns / second_ns;

    for (const std::int64_t ahead_s : {std::int64_t{10}, std::int64_t{11}, most_s}) {
        CHECK(base.from_ntp(ntp(static_cast<std::uint64_t>(86'400 + ahead_s))) ==
              clock.now_ns() + ahead_s * second_ns);
    }
    CHECK(base.from_ntp(ntp(static_cast<std::uint64_t>(86'400 + most_s + 1))) ==
          clock.now_ns() + (most_s + 1) * second_ns - era_ns);
}

TEST_CASE("tags that count from another beginning lie in the past") {
    const std::int64_t now_s =
        GENERATE(as<std::int64_t>(), 1'795'000'000, rollover_s - 3600, rollover_s + 40'000'000);
    manual_clock clock;
    set_wall(clock, now_s * second_ns);
    const timebase base(clock);
    // A microcontroller's start, an npm client's, 1970 and 2000 written as if they were 1900.
    const auto seconds = static_cast<std::uint64_t>(now_s);
    for (const std::uint64_t tag :
         {std::uint64_t{2}, ntp(0, 1U << 31), ntp(5, 0x7b), ntp(0x1a2, 0x23469cdc), ntp(86'400),
          ntp(seconds), ntp(seconds - 946'684'800), ntp(0x7FFF'FFFF, 0xFFFF'FFFF)}) {
        CAPTURE(tag);
        CHECK(base.from_ntp(tag) < clock.now_ns() - 3000 * second_ns);
    }
}

TEST_CASE("today a tag beyond max_ahead is too far ahead in both eras") {
    manual_clock clock;
    set_wall(clock, 1'795'000'000 * second_ns);
    timebase base(clock);
    base.set_max_ahead(second_ns);

    for (const std::int64_t ahead_s : {1, 2, 3600, 200'000'000}) { // the last in 2033
        const auto seconds = static_cast<std::uint64_t>(1'795'000'000 + 2'208'988'800 + ahead_s);
        CHECK(base.from_ntp(ntp(seconds)) == clock.now_ns() + ahead_s * second_ns);
    }
}

TEST_CASE("a tag near another time is of the era that brings it nearest") {
    constexpr std::int64_t half_s = std::int64_t{1} << 31;
    for (const std::int64_t wanted_s :
         {std::int64_t{0}, std::int64_t{1'795'000'000}, rollover_s - 1, rollover_s, -rollover_s,
          std::int64_t{4'000'000'000}}) {
        for (const std::int64_t apart_s :
             {-half_s + 1, -std::int64_t{1}, std::int64_t{0}, std::int64_t{1}, half_s - 1}) {
            CAPTURE(wanted_s, apart_s);
            const std::int64_t unix_s = wanted_s + apart_s;
            const auto tag = ntp(static_cast<std::uint64_t>(unix_s + 2'208'988'800) & 0xFFFF'FFFFU);
            CHECK(timebase::unix_near(tag, wanted_s * second_ns) == unix_s * second_ns);
        }
    }
}

TEST_CASE("no time is written as a tag that means immediately") {
    manual_clock clock;
    set_wall(clock, rollover_s * second_ns);
    const timebase base(clock);

    CHECK(base.to_ntp(clock.now_ns() - 1) == ntp(0xFFFF'FFFF, 0xFFFF'FFFC));
    CHECK(base.to_ntp(clock.now_ns()) == 2);
    CHECK(base.to_ntp(clock.now_ns() + 1) == 4);
    CHECK(base.from_ntp(base.to_ntp(clock.now_ns())) == clock.now_ns());
}

TEST_CASE("a fraction of a time tag is rounded to the nearest nanosecond") {
    const manual_clock clock;
    const timebase base(clock);
    const std::int64_t whole_ns = base.from_ntp(ntp(3'900'000'000));

    REQUIRE(base.from_ntp(ntp(3'900'000'000, 1U << 31)) == whole_ns + second_ns / 2);
    REQUIRE(base.from_ntp(ntp(3'900'000'000, 1)) == whole_ns);
    REQUIRE(base.from_ntp(ntp(3'900'000'000, 0xFFFFFFFF)) == whole_ns + second_ns);
}

TEST_CASE("the way to a time tag and back ends where it began, never earlier") {
    manual_clock clock;
    const timebase base(clock);
    const std::uint32_t seed = 20'261'123;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<std::int64_t> within(0, 100'000'000 * second_ns);

    for (int i = 0; i < 200'000; ++i) {
        const std::int64_t time_ns = i < 1000 ? second_ns - 500 + i : within(random);
        const std::int64_t back_ns = base.from_ntp(base.to_ntp(time_ns));
        if (back_ns < time_ns || back_ns > time_ns + 1) {
            CAPTURE(time_ns, back_ns);
            REQUIRE(back_ns == time_ns);
        }
    }
}

TEST_CASE("the time tags that browsers write come out as they went in") {
    const auto name =
        GENERATE(as<std::string>(), "osc-js-2.4-frames.hex", "strudel-osc-1.3.expected.hex");
    std::ifstream file(TACTUS_TRAFFIC_DIR "/" + name);
    manual_clock clock;
    clock.step_wall_ns(GENERATE(0, 1, 123'456'789));
    const timebase base(clock);

    int count = 0;
    for (std::string line; std::getline(file, line); ++count) {
        const std::uint64_t tag = std::stoull(line.substr(16, 16), nullptr, 16); // behind #bundle
        CHECK(base.to_ntp(base.from_ntp(tag)) == tag);
    }
    CHECK(count == 84);
}

TEST_CASE("of the tags that mean a nanosecond the roundest is written") {
    manual_clock clock;
    const timebase base(clock);
    const std::int64_t second_of_host_ns = base.from_unix(1'800'000'000 * second_ns);
    const auto fraction_at = [&](std::int64_t nanos) {
        return base.to_ntp(second_of_host_ns + nanos) & 0xFFFFFFFFU;
    };

    CHECK(fraction_at(0) == 0);
    CHECK(fraction_at(1) == 4);
    CHECK(fraction_at(2) == 8);
    CHECK(fraction_at(250'000'000) == 1U << 30);
    CHECK(fraction_at(500'000'000) == 1U << 31);
    CHECK(fraction_at(999'999'999) == 0xFFFFFFFC);
}

TEST_CASE("the way back holds in era 1 and before 1970 too") {
    manual_clock clock;
    clock.step_wall_ns(-1'700'000'001 * second_ns - 300); // the wall clock shows a time before 1970
    const timebase early(clock);
    REQUIRE(early.from_ntp(early.to_ntp(second_ns + 7)) == second_ns + 7);

    clock.step_wall_ns(std::int64_t{2'500'000'000} * second_ns); // 2049
    const timebase late(clock);

    REQUIRE(late.from_ntp(late.to_ntp(second_ns + 7)) == second_ns + 7);
}

TEST_CASE("equal time tags give equal times whenever they come") {
    manual_clock clock;
    timebase base(clock);
    const std::uint64_t tag = base.to_ntp(clock.now_ns() + second_ns);
    const std::int64_t first_ns = base.from_ntp(tag);

    for (int i = 0; i < 100; ++i) {
        clock.advance_ns(7'777'777);
        clock.step_wall_ns(i % 2 == 0 ? 900'000 : -900'000); // within what counts as no step
        base.refresh();
        REQUIRE(base.from_ntp(tag) == first_ns);
    }
    REQUIRE(base.steps_forward() + base.steps_backward() == 0);
}

TEST_CASE("a step of the wall clock is counted by its direction") {
    manual_clock clock;
    timebase base(clock);

    clock.step_wall_ns(3600 * second_ns);
    base.refresh();
    base.refresh();
    REQUIRE(base.steps_forward() == 1);
    REQUIRE(base.steps_backward() == 0);
    clock.step_wall_ns(-2 * second_ns);
    base.refresh();

    REQUIRE(base.steps_forward() == 1);
    REQUIRE(base.steps_backward() == 1);
}

TEST_CASE("a step moves what is converted after it and nothing before") {
    manual_clock clock;
    timebase base(clock);
    const std::uint64_t tag = base.to_ntp(clock.now_ns() + 10 * second_ns);
    const std::int64_t before_ns = base.from_ntp(tag);

    clock.step_wall_ns(4 * second_ns);
    REQUIRE(base.from_ntp(tag) == before_ns); // not seen yet
    base.refresh();

    REQUIRE(base.from_ntp(tag) == before_ns - 4 * second_ns);
    REQUIRE(base.from_unix(clock.unix_ns()) == clock.now_ns());
}

TEST_CASE("a step of exactly the limit is none, one above it is one") {
    manual_clock clock;
    timebase base(clock);

    clock.step_wall_ns(timebase::step_limit_ns);
    base.refresh();
    REQUIRE(base.steps_forward() == 0);
    clock.step_wall_ns(1);
    base.refresh();

    REQUIRE(base.steps_forward() == 1);
}

TEST_CASE("an interruption between two readings is not taken for a step") {
    interrupted_clock clock;
    timebase base(clock);
    const std::int64_t offset_ns = base.offset_ns();

    clock.interruption_ns = 50'000'000; // the glance only
    base.refresh();

    REQUIRE(base.offset_ns() == offset_ns);
    REQUIRE(base.steps_forward() + base.steps_backward() == 0);
}

TEST_CASE("an interruption during the first measurement spoils no offset") {
    interrupted_clock clock;
    clock.interruption_ns = 50'000'000;

    const timebase base(clock);

    REQUIRE(base.offset_ns() == clock.offset_ns);
}

namespace {

// Each measurement is held up by so much; the last one most.
class unsteady_clock final : public clock {
public:
    [[nodiscard]] std::int64_t now_ns() const noexcept override { return now_ns_; }
    [[nodiscard]] std::int64_t unix_ns() const noexcept override {
        const std::int64_t read_ns = now_ns_ + 1000 * second_ns;
        now_ns_ += 10'000 * (1 + reads_++ % 5);
        return read_ns;
    }

private:
    mutable std::int64_t now_ns_ = 5 * second_ns;
    mutable std::int64_t reads_ = 0;
};

} // namespace

TEST_CASE("of several measurements the one that was held up least counts") {
    const unsteady_clock clock;
    const timebase base(clock);

    REQUIRE(base.offset_ns() == 1000 * second_ns - 5'000);
}
