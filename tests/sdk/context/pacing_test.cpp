// SPDX-License-Identifier: MIT
#include "tests/sdk/context/probe.hpp"

#include <limits>

using namespace tactus;
using namespace tactus::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t start_ns = 1'000'000'000; // of fake_host
constexpr std::int64_t ms = 1'000'000;

// What it does between two ticks takes 25 ms.
task<> work_slowly(context& here) {
    ticker ticks(here, 10ms);
    for (;;) {
        co_await ticks.next();
        const std::int64_t at_ms = (to_ns(here.now()) - start_ns) / ms;
        probe::seen.push_back(std::to_string(at_ms) + " ms, missed " +
                              std::to_string(ticks.missed()));
        co_await here.sleep_for(25ms);
    }
}

task<> sleep_for_ever(context& here) {
    co_await here.sleep_for(std::chrono::nanoseconds::max());
    probe::seen.push_back("woke");
}

} // namespace

TEST_CASE("a ticker does not drift, and counts the ticks that it has left out") {
    probe_instance made(&work_slowly);
    made.start();

    made.host.advance_to(start_ns + 100 * ms);

    CHECK(probe::seen == std::vector<std::string>{"10 ms, missed 0", "40 ms, missed 2",
                                                  "70 ms, missed 4", "100 ms, missed 6"});
}

TEST_CASE("the longest sleep is one until the stop, and not a busy loop") {
    probe_instance made(&sleep_for_ever);
    made.start();
    made.host.advance_to(start_ns + 3'600'000 * ms);
    CHECK(probe::seen.empty());
    CHECK(made.host.pending("timer") == 1);
    made.stop();
    CHECK(made.host.stopped == TACTUS_OK);
}

TEST_CASE("a back-off doubles up to its longest, and begins anew") {
    back_off pause(500ms, 3s);
    CHECK(pause.next() == 500ms);
    CHECK(pause.next() == 1s);
    CHECK(pause.next() == 2s);
    CHECK(pause.next() == 3s);
    CHECK(pause.next() == 3s);
    pause.reset();
    CHECK(pause.next() == 500ms);
    back_off longest(1s, std::chrono::nanoseconds::max());
    for (int i = 0; i < 100; ++i) {
        CHECK(longest.next() > 0s);
    }
}
