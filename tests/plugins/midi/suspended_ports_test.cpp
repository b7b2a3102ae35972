// SPDX-License-Identifier: MIT
// When ports that were set aside are tried again, in virtual time.
#include "tests/support/catch.hpp"

#include "plugins/midi/suspended_ports.hpp"

using namespace std::chrono_literals;
using midi::suspended_ports;

namespace {

const suspended_ports::clock::time_point begin{};

} // namespace

TEST_CASE("set aside: a port is held for 30 s, and another is not") {
    suspended_ports ports;

    CHECK(ports.add("a", begin));

    CHECK(ports.holds("a", begin + 30s - 1ns));
    CHECK_FALSE(ports.holds("a", begin + 30s));
    CHECK_FALSE(ports.holds("b", begin));
    CHECK(ports.next(begin + 29s) == 1s);
}

TEST_CASE("set aside: each further time is twice as long, up to an hour") {
    suspended_ports ports;
    auto now = begin;
    ports.add("a", now);

    for (const auto wait : {60s, 120s, 240s, 480s, 960s, 1920s, 3600s, 3600s}) {
        now += 1h;
        CHECK_FALSE(ports.add("a", now));
        CHECK(ports.next(now) == wait);
    }
}

TEST_CASE("set aside: what runs again, or has gone, begins anew") {
    suspended_ports ports;
    ports.add("a", begin);
    ports.add("b", begin);
    ports.add("c", begin);

    ports.forget("a");
    ports.keep({"a", "b"});

    CHECK_FALSE(ports.holds("a", begin));
    CHECK(ports.holds("b", begin));
    CHECK_FALSE(ports.holds("c", begin));
    CHECK(ports.add("c", begin));
}

TEST_CASE("set aside: the next is the one that waits least; nothing waits where there is none") {
    suspended_ports ports;
    CHECK(ports.next(begin) == 0ms);
    ports.add("a", begin);
    ports.add("b", begin - 10s);

    CHECK(ports.next(begin) == 20s);
    CHECK(ports.next(begin + 1h) == 1ms); // overdue, never "none"
}
