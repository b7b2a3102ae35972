// SPDX-License-Identifier: MIT
#include "kernel/coro/sleep.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_reactor.hpp"

#include <tactus/cpp/scope.hpp>

using tactus::testing::manual_reactor;

namespace {

enum class fate { sleeping, woken, canceled };

tactus::task<void> sleep_and_tell(manual_reactor& reactor, std::int64_t due_ns, fate& told) {
    try {
        co_await tactus::coro::sleep_until(reactor, due_ns);
        told = fate::woken;
    } catch (const tactus::canceled&) {
        told = fate::canceled;
    }
}

} // namespace

TEST_CASE("a sleeper wakes at its due time and not before") {
    manual_reactor reactor;
    tactus::scope tasks(reactor.ready());
    auto told = fate::sleeping;
    tasks.spawn("sleeper", sleep_and_tell(reactor, reactor.now_ns() + 1000, told));

    reactor.advance_by(999);
    CHECK(told == fate::sleeping);

    reactor.advance_by(1);
    CHECK(told == fate::woken);
}

TEST_CASE("a sleeper whose due time has passed goes on at once") {
    manual_reactor reactor;
    tactus::scope tasks(reactor.ready());
    auto told = fate::sleeping;
    tasks.spawn("sleeper", sleep_and_tell(reactor, reactor.now_ns() - 1, told));

    reactor.settle();

    CHECK(told == fate::woken);
}

TEST_CASE("a sleeper that is asked to stop wakes as canceled and leaves no timer") {
    manual_reactor reactor;
    tactus::scope tasks(reactor.ready());
    auto told = fate::sleeping;
    tasks.spawn("sleeper", sleep_and_tell(reactor, reactor.now_ns() + 1000, told));
    reactor.settle();

    tasks.request_stop();
    reactor.settle();

    CHECK(told == fate::canceled);
    CHECK(reactor.timers_armed() == 0);
}

TEST_CASE("a sleeper that was asked to stop before it slept does not sleep") {
    manual_reactor reactor;
    tactus::scope tasks(reactor.ready());
    auto told = fate::sleeping;
    tasks.request_stop();
    tasks.spawn("sleeper", sleep_and_tell(reactor, reactor.now_ns() + 1000, told));

    reactor.settle();

    CHECK(told == fate::canceled);
}
