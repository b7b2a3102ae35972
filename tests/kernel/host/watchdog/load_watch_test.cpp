// SPDX-License-Identifier: MIT
// Who keeps the loop busy with short calls is named. In virtual time; how long the thread was busy
// is what the test says.
#include "kernel/host/watchdog/load_watch.hpp"

#include "kernel/host/watchdog/blocked_calls.hpp"
#include "tests/kernel/host/instance_case.hpp"

#include <ctime>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::blocked_calls;
using host::load_watch;

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t us_ns = 1'000;

std::int64_t busy_ns = 0;

struct load_case {
    load_case() {
        busy_ns = 0;
        fixture.services.load = &load;
        first.emplace(fixture.services, one);
        second.emplace(fixture.services, other);
    }

    void pause(std::int64_t for_ns) { reactor.wall().advance_ns(for_ns); }
    void work(std::int64_t for_ns) {
        reactor.wall().advance_ns(for_ns);
        busy_ns += for_ns;
    }
    // A call of so many ns, and as much again that the loop spends for it.
    void call(blocked_calls& of, std::int64_t takes_ns = 20 * us_ns) {
        {
            const blocked_calls::call timed(&of, "done");
            work(takes_ns);
        }
        work(takes_ns);
    }
    // So many seconds of calls, one after the other.
    void spin(blocked_calls& of, int seconds) {
        for (int i = 0; i < 25'000 * seconds; ++i) {
            call(of);
        }
    }
    [[nodiscard]] std::uint64_t written(base::log_level level) const {
        return fixture.log.counts().written[static_cast<std::size_t>(level)];
    }
    // The log's thread writes in order: once a line behind them is written, all are.
    [[nodiscard]] std::uint64_t warnings() {
        const std::uint64_t before = written(base::log_level::info);
        fixture.log.info(base::log_event::plugin, "All is written.");
        while (written(base::log_level::info) == before) {
            std::this_thread::yield();
        }
        return written(base::log_level::warning);
    }

    manual_reactor reactor;
    flow_fixture fixture{reactor};
    load_watch load{fixture.log, []() noexcept { return busy_ns; }};
    const std::string one = "one", other = "other";
    std::optional<blocked_calls> first, second;
};

TEST_CASE_METHOD(load_case, "an instance that keeps the loop busy with short calls is named") {
    call(*second);
    spin(*first, 19);

    CHECK(warnings() == 1);
    CHECK_THAT(fixture.pipe.read_line(),
               Contains("had no pause") &&
                   Contains("instance=one percent=100 calls_per_second=25000 seconds=10"));
    CHECK(first->totals().blocked == 0);
    CHECK(first->totals().calls == 19 * 25'000);
    CHECK(first->totals().spent_ns == 19 * second_ns / 2);
}

TEST_CASE_METHOD(load_case, "it is named again each time that the time without a pause doubles") {
    spin(*first, 90);
    CHECK(warnings() == 4); // after 10, 20, 40 and 80 seconds
}

TEST_CASE_METHOD(load_case, "where the loop pauses for a tenth of the time, nobody is named") {
    for (int i = 0; i < 60; ++i) {
        spin(*first, 1);
        pause(second_ns / 8);
    }
    CHECK(warnings() == 0);
}

TEST_CASE_METHOD(load_case, "after a pause it counts anew") {
    spin(*first, 19);
    pause(60 * second_ns);
    spin(*first, 9);
    CHECK(warnings() == 1);
    spin(*first, 2);
    CHECK(warnings() == 2);
}

TEST_CASE_METHOD(load_case, "what the loop spends between the calls is shared by their number") {
    for (int i = 0; i < 250'000; ++i) {
        { const blocked_calls::call many(&*first, "done"); }
        work(40 * us_ns);
        if (i % 10 == 9) {
            const blocked_calls::call few(&*second, "done");
            work(100 * us_ns);
        }
    }
    CHECK_THAT(fixture.pipe.read_line(), Contains("instance=one percent=72"));
}

TEST_CASE_METHOD(load_case, "a few calls are not to blame for all that the loop does besides") {
    for (int i = 0; i < 40; ++i) {
        call(*first);
        work(second_ns);
    }
    CHECK(warnings() == 0);
}

TEST_CASE_METHOD(load_case, "nobody is named where all do a little") {
    std::vector<std::unique_ptr<blocked_calls>> all;
    for (int i = 0; i < 5; ++i) {
        all.push_back(std::make_unique<blocked_calls>(fixture.services, one));
    }
    for (std::size_t i = 0; i < 750'000; ++i) {
        call(*all[i % all.size()]);
    }
    CHECK(warnings() == 0);
}

TEST_CASE_METHOD(load_case, "who has gone is not asked any more") {
    spin(*first, 5);
    first.reset();
    spin(*second, 6);
    CHECK_THAT(fixture.pipe.read_line(), Contains("instance=other"));
}

TEST_CASE("where the system does not tell how long the thread was busy, nobody is named") {
    manual_reactor reactor;
    flow_fixture fixture(reactor);
    load_watch load(fixture.log, []() noexcept { return std::int64_t{-1}; });
    fixture.services.load = &load;
    const std::string name = "one";
    blocked_calls calls(fixture.services, name);
    for (int i = 0; i < 100'000; ++i) {
        const blocked_calls::call each(&calls, "done");
        reactor.wall().advance_ns(1000 * us_ns);
    }
    CHECK(fixture.log.counts().written[static_cast<std::size_t>(base::log_level::warning)] == 0);
}

TEST_CASE("the system tells how long a thread was busy") {
    const std::int64_t before_ns = host::thread_busy_ns();
    const std::clock_t since = std::clock();
    REQUIRE(before_ns >= 0);
    while (host::thread_busy_ns() < before_ns + 1000 * us_ns) {
        REQUIRE(std::clock() - since < CLOCKS_PER_SEC); // of this process
    }
}

} // namespace
