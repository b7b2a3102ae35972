// SPDX-License-Identifier: MIT
// room_accounts: the arithmetic of rooms, ways and inputs, without any event. shares_test.cpp has
// its effects on a whole flow.
#include "kernel/flow/queue/room_accounts.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <utility>
#include <vector>

using namespace tactus::flow;

namespace {

constexpr std::uint64_t plenty = 1 << 30;

queue_amount events(std::uint64_t count) {
    return {count, count};
}

// How many single events the way may hold.
std::uint64_t fill(room_accounts& rooms, std::uint16_t output, std::uint16_t input,
                   claim by = claim::none) {
    std::uint64_t count = 0;
    for (; rooms.fits(output, input, events(1), by); ++count) {
        rooms.take_in(output, input, events(1));
    }
    return count;
}

} // namespace

TEST_CASE("half of what is usable is divided into parts, the rest is first come, first served") {
    room_accounts rooms({1000, plenty});
    rooms.set_output(0, {100, plenty});
    rooms.share_out(std::vector<std::vector<std::uint16_t>>{{0}, {0}, {}});

    CHECK(rooms.left(0, 0).events == 22 + 46); // of 90: its part, and what belongs to nobody
    CHECK(fill(rooms, 0, 0) == 68);
    CHECK(rooms.left(0, 0).events == 0);
    CHECK(fill(rooms, 0, 2) == 0); // has no part
    CHECK(fill(rooms, 0, 1) == 22);
    CHECK(fill(rooms, 0, no_input, claim::reserve) == 10);
    rooms.take_off(0, 0, events(5));
    CHECK(rooms.held(0) == 63);
    CHECK_FALSE(rooms.fits(0, 2, events(1), claim::none)); // the reserve is in use
}

TEST_CASE("an output of which all is taken leaves the parts of the others in the common room") {
    room_accounts rooms({100, plenty});
    rooms.set_output(0, {100, plenty});
    rooms.set_output(1, {100, plenty});
    rooms.share_out(std::vector<std::vector<std::uint16_t>>{{0}, {1}});

    CHECK(fill(rooms, 0, 0) == 22 + 46);
    CHECK(fill(rooms, 1, 1) == 22);
}

TEST_CASE("an input's own limit holds over all outputs, and a tenth of it is reserved") {
    room_accounts rooms({1000, plenty});
    rooms.set_output(0, {1000, plenty});
    rooms.set_output(1, {1000, plenty});
    rooms.limit_input(3, 20);

    CHECK(fill(rooms, 0, 3) == 18);
    CHECK(fill(rooms, 1, 3) == 0);
    CHECK(fill(rooms, 1, 3, claim::reserve) == 2);
    CHECK(rooms.held(3) == 20);
    CHECK(rooms.held(4) == 0); // unknown
}

TEST_CASE("an amount is capped at what a way could hold, or at its part while it holds nothing") {
    room_accounts rooms({1000, plenty});
    rooms.set_output(0, {100, plenty});
    rooms.share_out(std::vector<std::vector<std::uint16_t>>{{0}, {0}});

    CHECK(rooms.capped(0, 0, {500, 1}).events == 22);
    rooms.take_in(0, 0, events(1));
    CHECK(rooms.capped(0, 0, {500, 1}).events == 68);
    CHECK(rooms.capped(0, 0, {5, 1}).events == 5);
}

TEST_CASE("a group may hold twice what it leaves to others") {
    CHECK(room_accounts::leaves_others_room(events(3), events(1), events(3)));
    CHECK_FALSE(room_accounts::leaves_others_room(events(4), events(1), events(3)));
    CHECK_FALSE(room_accounts::leaves_others_room(events(0), events(1), events(1)));
}

TEST_CASE("a new output under an old number begins with nothing pending and no part") {
    room_accounts rooms({1000, plenty});
    rooms.set_output(0, {100, plenty});
    rooms.share_out(std::vector<std::vector<std::uint16_t>>{{0}});
    rooms.set_output(0, {10, plenty});

    CHECK(fill(rooms, 0, 0) == 9);
}

TEST_CASE("after any moves, what is held is what was taken in, and all of it can be given back") {
    std::mt19937_64 random(7);
    room_accounts rooms({500, 5'000});
    for (std::uint16_t output = 0; output < 3; ++output) {
        rooms.set_output(output, {200, 3'000});
    }
    const std::vector<std::vector<std::uint16_t>> ways{{0, 1, 2}, {0, 1}, {2}, {}};
    rooms.share_out(ways);
    queue_amount pending[3][4][lanes_count] = {};
    const auto below = [&random](std::uint64_t bound) { return random() % bound; };
    for (int i = 0; i < 20'000; ++i) {
        const auto output = static_cast<std::uint16_t>(below(3));
        const auto input = static_cast<std::uint16_t>(below(4));
        const auto lane = static_cast<std::uint8_t>(below(lanes_count));
        queue_amount& here = pending[output][input][lane];
        const queue_amount one{1, 1 + below(20)};
        if (below(100) == 0) {
            queue_amount sum;
            for (auto& of_input : pending[output]) {
                sum += std::exchange(of_input[lane], {});
            }
            REQUIRE(rooms.take_off_all(output, lane) == sum);
        } else if (below(2) == 0 && rooms.fits(output, input, one, claim::reserve)) {
            rooms.take_in(output, input, one);
            rooms.add_pending(output, input, lane, one);
            here += one;
        } else if (here.events > 1 && here.bytes > 20) {
            rooms.take_off(output, input, {1, 1});
            rooms.remove_pending(output, input, lane, {1, 1});
            here -= {1, 1};
        }
        REQUIRE(rooms.pending(output, input, lane) == here);
        if (below(500) == 0) {
            rooms.share_out(ways);
        }
    }
    for (std::uint16_t output = 0; output < 3; ++output) {
        for (std::uint8_t lane = 0; lane < lanes_count; ++lane) {
            rooms.take_off_all(output, lane);
        }
    }
    rooms.share_out(ways);

    CHECK(rooms.held(0) + rooms.held(1) + rooms.held(2) + rooms.held(3) == 0);
    room_accounts fresh({500, 5'000});
    for (std::uint16_t output = 0; output < 3; ++output) {
        fresh.set_output(output, {200, 3'000});
    }
    fresh.share_out(ways);
    for (std::uint16_t output = 0; output < 3; ++output) {
        CHECK(rooms.left(output, 0) == fresh.left(output, 0));
    }
}
