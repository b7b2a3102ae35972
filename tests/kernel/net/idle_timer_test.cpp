// SPDX-License-Identifier: MIT
// The limit on a connection over which nothing moves, in virtual time.
#include "kernel/net/idle_timer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_reactor.hpp"

namespace {

using tactus::net::idle_timer;

struct idle_case {
    tactus::testing::manual_reactor reactor;
    int expired = 0;

    static void count(void* times) noexcept { ++*static_cast<int*>(times); }
};

TEST_CASE_METHOD(idle_case, "it expires once, when nothing has moved for its limit") {
    idle_timer timer(reactor, 100, &count, &expired);
    timer.start();
    reactor.advance_by(60);
    timer.moved();
    reactor.advance_by(99);
    CHECK(expired == 0);
    reactor.advance_by(1);
    CHECK(expired == 1);
    reactor.advance_by(1'000);
    CHECK(expired == 1);
}

TEST_CASE_METHOD(idle_case, "stopped or without a limit it does not expire") {
    idle_timer stopped(reactor, 100, &count, &expired);
    stopped.start();
    stopped.stop();
    idle_timer without(reactor, 0, &count, &expired);
    without.start();
    reactor.advance_by(10'000);
    CHECK(expired == 0);
}

} // namespace
