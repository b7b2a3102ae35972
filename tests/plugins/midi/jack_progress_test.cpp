// SPDX-License-Identifier: MIT
#include "plugins/midi/jack_progress.hpp"
#include "tests/support/catch.hpp"

#include <thread>

using midi::jack_progress;
using namespace std::chrono_literals;

namespace {

void pass_period(jack_progress& of) {
    of.begin_period();
    of.end_period();
}

} // namespace

TEST_CASE("jack progress: a period that has ended is noticed once") {
    jack_progress progress;
    progress.start(1h);
    CHECK_FALSE(progress.has_moved());
    progress.begin_period();
    CHECK_FALSE(progress.has_moved());
    progress.end_period();
    CHECK(progress.has_moved());
    CHECK_FALSE(progress.has_moved());
    CHECK_FALSE(progress.has_hung());
}

TEST_CASE("jack progress: a server that shows no period for longer than the limit hangs") {
    jack_progress progress;
    progress.start(-1ns); // already over
    CHECK(progress.has_hung());
    pass_period(progress);
    CHECK_FALSE(progress.has_hung()); // it has just moved
    CHECK(progress.has_hung());
    progress.wait_until([] { return false; }); // returns
}

TEST_CASE("jack progress: waits end with the periods, or with what they wait for") {
    jack_progress progress;
    progress.start(1h);
    progress.wait_until([] { return true; });
    progress.wait_for_periods(1000, [] { return true; });
    progress.wait_for_callback();

    std::atomic<int> passed{0}; // relaxed: the join orders the rest
    std::thread server([&] {
        for (int i = 0; i < 3; ++i) {
            passed.fetch_add(1, std::memory_order_relaxed);
            pass_period(progress);
        }
    });
    progress.wait_until([&] { return progress.has_moved(); });
    server.join();
    CHECK(passed.load(std::memory_order_relaxed) == 3);
}

TEST_CASE("jack progress: a callback in progress is waited for") {
    jack_progress progress;
    progress.start(1h);
    progress.begin_period();
    std::atomic<bool> has_ended{false}; // release, acquire: orders the end of the period
    std::thread server([&] {
        has_ended.store(true, std::memory_order_release);
        progress.end_period();
    });
    progress.wait_for_callback();
    CHECK(has_ended.load(std::memory_order_acquire));
    server.join();
}
