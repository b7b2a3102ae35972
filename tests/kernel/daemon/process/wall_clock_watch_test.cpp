// SPDX-License-Identifier: MIT
// What can be tried without setting the machine's clock, which the lab does (faults.py).
#include "kernel/daemon/process/wall_clock_watch.hpp"
#include "kernel/loop/loop.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

using namespace tactus;

TEST_CASE("a clock that was set before the watch started is measured, once") {
    time::real_clock real;
    loop::loop loop(real);
    testing::manual_clock clock;
    time::timebase timebase(clock);
    daemon::wall_clock_watch watch(loop, timebase);
    clock.step_wall_ns(-2'000'000'000);

    watch.start();

    CHECK(timebase.steps_backward() == 1);
    struct look {
        coro::timer timer;
        loop::loop* turns;
    } ends;
    ends.turns = &loop;
    ends.timer.owner = &ends;
    ends.timer.fire = [](coro::timer& node) noexcept {
        static_cast<look*>(node.owner)->turns->stop();
    };
    loop.arm(ends.timer, real.now_ns() + 1'000'000);
    loop.run(); // with nothing to tell
    CHECK(timebase.steps_backward() == 1);
    CHECK(timebase.steps_forward() == 0);
}
