// SPDX-License-Identifier: MIT
// In virtual time: a sender whose clock is off, drifts and jumps, and a network that delays.
#include "tests/support/catch.hpp"

#include <tactus/cpp/sender_clock.hpp>

#include <limits>
#include <random>
#include <vector>

using tactus::sender_clock;

namespace {

constexpr std::int64_t us = 1'000;
constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1'000'000'000;

/// A sender, its network, and how far the mapping is off.
class rig {
public:
    explicit rig(std::int64_t ahead_ns, double drift = 0, unsigned seed = 1)
        : ahead_ns_(ahead_ns), drift_(drift), random_(seed) {
        INFO("seed " << seed);
    }
    sender_clock clock;

    /// Delays are `least_ns` and on top of it exponential with this mean.
    void set_delay(std::int64_t least_ns, std::int64_t mean_ns) {
        least_ns_ = least_ns;
        mean_ns_ = static_cast<double>(mean_ns);
    }
    void jump(std::int64_t by_ns) { ahead_ns_ += by_ns; }

    std::int64_t sender_time() const { return sender_time_at(now_ns_); }
    /// A message every `every_ns`, for so long; the worst error after each but the first
    /// `settle_ns`.
    std::int64_t run(std::int64_t for_ns, std::int64_t every_ns, std::int64_t settle_ns = 0) {
        const std::int64_t start_ns = now_ns_;
        std::int64_t worst_ns = 0;
        while (now_ns_ < start_ns + for_ns) {
            send();
            if (now_ns_ >= start_ns + settle_ns) {
                worst_ns = std::max(worst_ns, std::abs(error_ns()));
            }
            now_ns_ += every_ns;
        }
        return worst_ns;
    }
    sender_clock::reading send() {
        const auto jitter_ns = static_cast<std::int64_t>(mean_ns_ * jitter_(random_));
        return clock.add(sender_time(), now_ns_ + least_ns_ + jitter_ns);
    }
    void wait(std::int64_t for_ns) { now_ns_ += for_ns; }
    /// How much later than right a time of the sender's, now, would be played.
    std::int64_t error_ns() const { return clock.to_host(sender_time()) - now_ns_; }

private:
    std::int64_t sender_time_at(std::int64_t host_ns) const {
        return host_ns + ahead_ns_ + std::llround(static_cast<double>(host_ns) * drift_);
    }

    std::int64_t now_ns_ = 1000 * s;
    std::int64_t ahead_ns_;
    double drift_;
    std::mt19937 random_;
    std::int64_t least_ns_ = 0;
    double mean_ns_ = 0;
    std::exponential_distribution<double> jitter_{1.0};
};

} // namespace

TEST_CASE("a clock that is 3 s off is known from the first message") {
    const std::int64_t ahead_ns = GENERATE(3 * s, -3 * s, 0 * s, -900 * s);
    rig sender(ahead_ns);

    CHECK_FALSE(sender.clock.is_known());
    sender.send();

    REQUIRE(sender.clock.is_known());
    CHECK(sender.error_ns() == 0);
    CHECK(sender.clock.offset_ns(sender.sender_time()) == -ahead_ns);
}

TEST_CASE("jitter of 5 ms is filtered out within seconds") {
    const unsigned seed = GENERATE(1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U);
    rig sender(3 * s, 0, seed);
    sender.set_delay(0, 5 * ms);

    CHECK(sender.run(120 * s, 50 * ms, 5 * s) < 1 * ms);
}

TEST_CASE("a drift of 200 ppm is followed for ten minutes, with jitter of 3 ms") {
    const double drift = GENERATE(200e-6, -200e-6, 20e-6);
    const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
    rig sender(-3 * s, drift, seed);
    sender.set_delay(0, 3 * ms);

    CHECK(sender.run(600 * s, 100 * ms, 20 * s) < 2 * ms);
    CHECK(sender.clock.drift() == Approx(-drift).margin(20e-6));
    CHECK(sender.clock.steps() == 0);
}

TEST_CASE("with a ping each two seconds drift is followed too") {
    rig sender(0, 100e-6);
    sender.set_delay(100 * us, 500 * us);

    CHECK(sender.run(600 * s, 2 * s, 60 * s) < 1 * ms);
}

TEST_CASE("a clock that is set ahead is followed with the first message") {
    rig sender(0);
    sender.run(30 * s, 100 * ms);

    sender.jump(3 * s);
    sender.send();

    CHECK(sender.error_ns() == 0);
    CHECK(sender.clock.steps() == 1);
}

TEST_CASE("a clock that is set back is followed after a second") {
    rig sender(0);
    sender.set_delay(0, 2 * ms);
    sender.run(30 * s, 100 * ms);

    sender.jump(-3 * s);

    CHECK(sender.run(1 * s, 100 * ms) > 2900 * ms); // it might be delay
    CHECK(sender.run(30 * s, 100 * ms, 500 * ms) < 3 * ms);
    CHECK(sender.clock.steps() == 1);
}

TEST_CASE("a step back of less than step_ns is followed within the window") {
    rig sender(0);
    sender.run(30 * s, 100 * ms);

    sender.jump(-50 * ms);

    CHECK(sender.run(200 * s, 100 * ms, 70 * s) < 1 * ms);
    CHECK(sender.clock.steps() == 0);
}

TEST_CASE("a network that stops for half a second is no step") {
    rig sender(3 * s);
    sender.run(30 * s, 20 * ms);

    sender.set_delay(500 * ms, 1 * ms);
    sender.run(400 * ms, 20 * ms);
    sender.set_delay(0, 1 * ms);

    CHECK(sender.run(30 * s, 20 * ms) < 1 * ms);
    CHECK(sender.clock.steps() == 0);
}

TEST_CASE("a first message that was slow is no step when the next one is fast") {
    rig sender(3 * s);
    sender.set_delay(800 * ms, 1);
    sender.send();
    sender.set_delay(0, 1);

    sender.send();

    CHECK(sender.error_ns() < 1 * ms);
    CHECK(sender.clock.steps() == 0);
}

TEST_CASE("where early messages may be odd ones, several in a row are asked for") {
    rig sender(0);
    sender.clock = sender_clock({.step_ns = 100 * ms, .hold_ns = 200 * us, .early_to_step = 3});
    sender.run(10 * s, 100 * ms);

    sender.jump(1 * s);
    sender.send();
    sender.send();
    sender.jump(-1 * s);
    sender.send();
    CHECK(sender.error_ns() == 0);

    sender.jump(1 * s);
    sender.send();
    sender.send();
    sender.send();
    CHECK(sender.error_ns() == 0);
    CHECK(sender.clock.steps() == 1);
}

TEST_CASE("an early message ends a run of late ones, and a late one a run of early ones") {
    const std::int64_t by_ns = GENERATE(101 * ms, 300 * ms, 5 * s, 3600 * s);
    const std::int64_t every_ns = GENERATE(30 * ms, 500 * ms);
    rig sender(0);
    sender.clock = sender_clock({.step_ns = 100 * ms, .hold_ns = 200 * us, .early_to_step = 3});
    sender.run(10 * s, 100 * ms);

    for (int i = 0; i < 60; ++i) {
        const std::int64_t off_ns = i % 2 == 0 ? by_ns : -by_ns;
        sender.jump(off_ns);
        CHECK(sender.send() ==
              (off_ns > 0 ? sender_clock::reading::early : sender_clock::reading::late));
        sender.jump(-off_ns);
        sender.wait(every_ns);
    }

    CHECK(sender.clock.steps() == 0);
    CHECK(sender.error_ns() == 0);
}

TEST_CASE("late messages with one among them that is not late are no step") {
    const std::int64_t between_ns = GENERATE(0 * ms, 300 * ms); // in time, or early
    rig sender(0);
    sender.clock = sender_clock({.step_ns = 100 * ms, .hold_ns = 200 * us, .early_to_step = 3});
    sender.run(10 * s, 100 * ms);

    for (int i = 0; i < 100; ++i) {
        const std::int64_t off_ns = i % 8 == 7 ? between_ns : -300 * ms;
        sender.jump(off_ns);
        sender.send();
        sender.jump(-off_ns);
        sender.wait(100 * ms);
    }

    CHECK(sender.clock.steps() == 0);
}

TEST_CASE("a message that is late now and then is no step, however often it happens") {
    rig sender(0);
    sender.run(10 * s, 100 * ms);

    for (int i = 0; i < 20; ++i) {
        sender.jump(-300 * ms);
        CHECK(sender.send() == sender_clock::reading::late);
        sender.jump(300 * ms);
        sender.run(10 * s, 100 * ms);
    }

    CHECK(sender.clock.steps() == 0);
    CHECK(sender.error_ns() == 0);
}

TEST_CASE("a step back is known with the sixth late message, a second after the first") {
    const std::int64_t every_ns = GENERATE(100 * ms, 200 * ms, 400 * ms);
    const std::int64_t needed = std::max<std::int64_t>(6, 1 * s / every_ns + 1);
    rig sender(0);
    sender.run(10 * s, 100 * ms);
    sender.jump(-300 * ms);

    for (int i = 1; i < needed; ++i) {
        CHECK(sender.send() == sender_clock::reading::late);
        sender.wait(every_ns);
    }
    CHECK(sender.send() == sender_clock::reading::taken);

    CHECK(sender.clock.steps() == 1);
    CHECK(sender.error_ns() == 0);
}

TEST_CASE("exactly step_ns is no step, a nanosecond more is one") {
    rig ahead(0);
    ahead.run(10 * s, 100 * ms);
    ahead.jump(100 * ms);
    CHECK(ahead.send() == sender_clock::reading::taken);
    CHECK(ahead.clock.steps() == 0);

    rig further(0);
    further.run(10 * s, 100 * ms);
    further.jump(100 * ms + 1);
    CHECK(further.send() == sender_clock::reading::taken); // from here on
    CHECK(further.clock.steps() == 1);

    rig behind(0);
    behind.run(10 * s, 100 * ms);
    behind.jump(-100 * ms);
    CHECK(behind.send() == sender_clock::reading::taken);
    behind.jump(-1);
    CHECK(behind.send() == sender_clock::reading::late);
}

TEST_CASE("a delay that is always there is known from round trips") {
    rig sender(0);
    sender.set_delay(4 * ms, 1);
    sender.run(5 * s, 100 * ms);
    CHECK(sender.error_ns() / ms == 4);

    sender.clock.add_round_trip(12 * ms);
    sender.clock.add_round_trip(8 * ms);
    sender.clock.add_round_trip(30 * ms);
    sender.clock.add_round_trip(-1 * ms); // cannot be

    CHECK(std::abs(sender.error_ns()) < 10 * us);
}

TEST_CASE("two events of one time stay together while the line gets better") {
    sender_clock clock;
    clock.add(0, 10 * ms);
    const std::int64_t before_ns = clock.to_host(5 * s);

    clock.add(1 * s, 1 * s + 10 * ms - 150 * us); // faster, but not by much

    CHECK(clock.to_host(5 * s) == before_ns);
    clock.add(2 * s, 2 * s + 10 * ms - 250 * us);
    CHECK(clock.to_host(5 * s) == before_ns - 250 * us);
}

TEST_CASE("messages may leave out of order, twice at one time, and after an hour of silence") {
    sender_clock clock;
    for (const std::int64_t left_ns : {10 * s, 12 * s, 11 * s, 12 * s, 9 * s, 3600 * s, 3601 * s}) {
        clock.add(left_ns, left_ns + 7 * ms);
    }

    CHECK(clock.to_host(3602 * s) == 3602 * s + 7 * ms);
    CHECK(clock.steps() == 0);
}

TEST_CASE("times of any size and sign are taken") {
    const std::int64_t left_ns = GENERATE(-5 * s, 0 * s, 4'000'000'000 * s);
    sender_clock clock;
    for (int i = 0; i < 100; ++i) {
        clock.add(left_ns + i * s, 17 * s + i * s);
    }

    CHECK(clock.to_host(left_ns + 50 * s) == 67 * s);
}

TEST_CASE("whatever a sender says of its time, nothing overflows") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const std::vector<std::int64_t> times = {-most - 1, -4'000'000'000 * s, -1,  0,
                                             1,         4'000'000'000 * s,  most};
    sender_clock clock;
    for (const std::int64_t round_trip_ns : {most, 8'000'000'000 * s}) {
        clock.add_round_trip(round_trip_ns);
    }
    for (const std::int64_t left_ns : times) {
        for (const std::int64_t next_ns : times) {
            for (int i = 0; i < 8; ++i) { // enough for a step
                clock.add(i % 2 == 0 ? left_ns : next_ns, i * s);
            }
            for (const std::int64_t asked_ns : times) {
                static_cast<void>(clock.to_host(asked_ns));
                static_cast<void>(clock.offset_ns(asked_ns));
            }
        }
    }

    sender_clock sane;
    sane.add(0, 10 * ms);
    sane.add_round_trip(8'000'000'000 * s); // none that can be
    CHECK(sane.to_host(1 * s) == 1 * s + 10 * ms);
}
