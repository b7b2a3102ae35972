// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#include <tactus/cpp/packet_deadline.hpp>

using namespace std::chrono_literals;
using tactus::packet_deadline;

namespace {

constexpr tactus::time_point start = tactus::time_at(1'000'000'000);

} // namespace

TEST_CASE("nothing that is begun, no deadline") {
    packet_deadline rest(10s);
    CHECK(rest.at() == tactus::no_deadline);
    rest.update(start, false, false);
    CHECK(rest.at() == tactus::no_deadline);
    rest.update(start, false, true);
    CHECK(rest.at() == tactus::no_deadline);
    CHECK_FALSE(rest.is_over(start + 24h));
}

TEST_CASE("bytes of the same packet do not move the deadline") {
    packet_deadline rest(10s);
    rest.update(start, true, false);
    CHECK(rest.at() == start + 10s);
    rest.update(start + 9s, true, false);
    CHECK(rest.at() == start + 10s);
    CHECK_FALSE(rest.is_over(start + 10s - 1ns));
    CHECK(rest.is_over(start + 10s));
}

TEST_CASE("the next packet has a deadline of its own, and the end of the last one ends it") {
    packet_deadline rest(10s);
    rest.update(start, true, false);
    rest.update(start + 9s, true, true);
    CHECK(rest.at() == start + 19s);
    rest.update(start + 18s, false, true);
    CHECK(rest.at() == tactus::no_deadline);
    rest.update(start + 30s, true, false);
    CHECK(rest.at() == start + 40s);
}

TEST_CASE("without a limit there is never a deadline") {
    packet_deadline rest(0s);
    rest.update(start, true, false);
    CHECK(rest.at() == tactus::no_deadline);
}
