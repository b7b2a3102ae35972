// SPDX-License-Identifier: MIT
// Which events are taken for a circle, and above all which are not.
#include "kernel/flow/route/circle_guard.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string>

using namespace tactus::flow;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr double rate = 4000;

struct guarded {
    guarded() { guard.configure({rate}, 4); }

    bool saw(const std::string& bytes, std::int64_t at_ns, std::uint32_t source = 0,
             std::uint16_t input = 0) {
        return guard.saw({input,
                          source,
                          {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                          at_ns});
    }
    // The first of `count` events, `per_s` a second, that was taken for a circle; count: none.
    int first_of(int count, double per_s, const std::string& bytes = "/a") {
        for (int i = 0; i < count; ++i) {
            if (saw(bytes, second_ns + static_cast<std::int64_t>(i * 1e9 / per_s))) {
                return i;
            }
        }
        return count;
    }

    circle_guard guard;
};

} // namespace

TEST_CASE("what comes as fast as a circle is found within a tenth of a second") {
    guarded one;

    CHECK(one.first_of(200'000, 100'000) < 10'000);
}

TEST_CASE("a circle is found among as many other events, and names no other") {
    guarded one;
    int found = 0;
    int others = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t at_ns = second_ns + i * 10'000;
        others += one.saw("/other" + std::to_string(i), at_ns) ? 1 : 0;
        found += one.saw("/a", at_ns) ? 1 : 0;
    }
    CHECK(found > 90'000);
    CHECK(others == 0);
}

TEST_CASE("a circle of thirty events is found") {
    guarded one;
    bool is_found = false;
    for (int i = 0; i < 600'000 && !is_found; ++i) {
        is_found = one.saw("/turn/" + std::to_string(i % 30), second_ns + i * 3'400);
    }
    CHECK(is_found);
}

TEST_CASE(
    "the same event at the rate is never taken for a circle, nor is a second's worth at once") {
    guarded steady;
    CHECK(steady.first_of(100'000, rate) == 100'000);

    guarded at_once;
    int found = 0;
    for (int i = 0; i < 4000; ++i) {
        found += at_once.saw("/a", second_ns) ? 1 : 0;
    }
    for (int i = 0; i < 50'000; ++i) { // and the rate goes on
        found += at_once.saw("/a", second_ns + (i + 1) * std::int64_t{250'000}) ? 1 : 0;
    }
    CHECK(found == 0);
}

TEST_CASE("values that change, ports and inputs that differ are no circle, however fast") {
    guarded one;
    int found = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t at_ns = second_ns + i * 1'000; // a million a second
        found += one.saw("/fader " + std::to_string(i), at_ns) ? 1 : 0;
    }
    for (int i = 0; i < 60'000; ++i) { // 16 clocks at 3,750 a second each
        const std::int64_t at_ns = 2 * second_ns + i * 16'667;
        const auto port = static_cast<std::uint32_t>(i % 16);
        found += one.saw("\xF8", at_ns, port) ? 1 : 0;
        found += one.saw("\xF8", at_ns, port, 1) ? 1 : 0;
    }
    CHECK(found == 0);
}

// The promise, by a model: of no event did more than rate * (1 + T) come in any T.
TEST_CASE("no stream that keeps the rate is muted, whatever its rhythm and company") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    int found = 0;
    int sent = 0;
    for (int round = 0; round < 10; ++round) {
        guarded one;
        constexpr std::size_t kinds = 12;
        std::array<double, kinds> room; // how many may still come at once
        room.fill(rate);
        std::int64_t now_ns = second_ns;
        for (int i = 0; i < 30'000; ++i) {
            const auto pause_ns =
                static_cast<std::int64_t>(random() % (random() % 8 == 0 ? 2'000'000 : 2'000));
            now_ns += pause_ns;
            for (double& each : room) {
                each = std::min(rate, each + static_cast<double>(pause_ns) * 1e-9 * rate);
            }
            const std::size_t kind = random() % 3 == 0 ? 0 : random() % kinds;
            if (room[kind] >= 1) { // the sender keeps the rate
                room[kind] -= 1;
                ++sent;
                found += one.saw("/kind/" + std::to_string(kind), now_ns) ? 1 : 0;
            }
        }
    }
    CHECK(found == 0);
    CHECK(sent > 100'000);
}

TEST_CASE("what was a circle is none any more a second after it has ended") {
    guarded one;
    REQUIRE(one.first_of(50'000, 100'000) < 50'000);

    int found = 0;
    for (int i = 0; i < 10'000; ++i) {
        found += one.saw("/a", 3 * second_ns + i * second_ns / 1000) ? 1 : 0;
    }
    CHECK(found == 0);
}

TEST_CASE("a guard that is off sees nothing") {
    guarded one;
    one.guard.configure({}, 4);

    CHECK(one.first_of(100'000, 1e6) == 100'000);
}

TEST_CASE("a route is muted for a second, and counted once") {
    guarded one;

    CHECK(one.guard.mute(2, second_ns));
    CHECK_FALSE(one.guard.mute(2, second_ns + 1));
    CHECK(one.guard.is_muting(second_ns + 1));
    CHECK(one.guard.is_muted(2, 2 * second_ns));
    CHECK_FALSE(one.guard.is_muted(1, 2 * second_ns));
    CHECK_FALSE(one.guard.is_muted(2, 2 * second_ns + 1));
    CHECK_FALSE(one.guard.is_muting(2 * second_ns + 1));
    CHECK(one.guard.mute(2, 3 * second_ns));
    CHECK(one.guard.mutes(2) == 2);
    CHECK(one.guard.mutes(1) == 0);
}
