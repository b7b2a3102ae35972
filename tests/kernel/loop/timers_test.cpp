// SPDX-License-Identifier: MIT
// Timers and due work on the real loop: never early, in order, and none starves another.
#include "tests/kernel/loop/loop_under_test.hpp"

#include "kernel/loop/timer_heap.hpp"

#include <tactus/cpp/scope.hpp>
#include <tactus/cpp/yield.hpp>

#include <algorithm>
#include <deque>
#include <random>
#include <set>
#include <vector>

using tactus::loop::due_work;
using tactus::loop::loop;
using tactus::loop::timer_heap;
using namespace tactus::loop::test;
namespace coro = tactus::coro;

namespace {

constexpr std::int64_t ms_ns = 1'000'000;

tactus::task<void> yield_for_ever(std::uint64_t& turns) {
    for (;;) {
        co_await tactus::yield();
        ++turns;
    }
}

struct heap_order {
    bool operator()(const coro::timer* a, const coro::timer* b) const {
        return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->sequence < b->sequence;
    }
};

} // namespace

TEST_CASE("a timer never fires early") {
    loop_under_test test;
    const std::uint32_t seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::uniform_int_distribution<std::int64_t> ahead_ns(-50'000, 400'000);
    constexpr int wanted = 10'000;
    int fired = 0;
    int early = 0;
    std::deque<call_timer> timers;
    for (int i = 0; i < 50; ++i) {
        timers.emplace_back([] {});
        call_timer& timer = timers.back();
        timer.on_fire = [&test, &timer, &random, &ahead_ns, &fired, &early] {
            early += test.clock.now_ns() < timer.due_ns ? 1 : 0;
            if (++fired == wanted) {
                test.turned.stop();
            }
            test.turned.arm(timer, test.clock.now_ns() + ahead_ns(random));
        };
        test.turned.arm(timer, test.clock.now_ns() + ahead_ns(random));
    }

    test.turned.run();

    REQUIRE(fired >= wanted);
    REQUIRE(early == 0);
}

TEST_CASE("timers fire in order of due, then of arming") {
    loop_under_test test;
    std::vector<int> order;
    const std::int64_t now_ns = test.clock.now_ns();
    std::deque<call_timer> timers;
    const std::vector<std::int64_t> dues_ms = {3, 1, 2, 1, 3, 1};
    for (std::size_t i = 0; i < dues_ms.size(); ++i) {
        timers.emplace_back([&order, i] { order.push_back(static_cast<int>(i)); });
        test.turned.arm(timers.back(), now_ns + dues_ms[i] * ms_ns);
    }
    call_timer last([&] { test.turned.stop(); });
    test.turned.arm(last, now_ns + 4 * ms_ns);

    test.turned.run();

    REQUIRE(order == std::vector<int>{1, 3, 5, 2, 0, 4});
}

TEST_CASE("a timer that is armed again fires once, at the new time") {
    loop_under_test test;
    int fired = 0;
    call_timer timer([&] { ++fired; });
    call_timer last([&] { test.turned.stop(); });
    test.turned.arm(timer, test.clock.now_ns());
    test.turned.arm(timer, test.clock.now_ns() + ms_ns);
    test.turned.arm(last, test.clock.now_ns() + 2 * ms_ns);

    test.turned.run();

    REQUIRE(fired == 1);
    REQUIRE_FALSE(timer.is_armed());
}

TEST_CASE("a timer may disarm another that is due at the same moment") {
    loop_under_test test;
    bool fired = false;
    call_timer victim([&] { fired = true; });
    call_timer killer([&] { test.turned.disarm(victim); });
    call_timer last([&] { test.turned.stop(); });
    const std::int64_t due_ns = test.clock.now_ns() + ms_ns;
    test.turned.arm(killer, due_ns);
    test.turned.arm(victim, due_ns);
    test.turned.arm(last, due_ns);

    test.turned.run();

    REQUIRE_FALSE(fired);
    test.turned.disarm(victim); // again: nothing
}

TEST_CASE("a timer may end its own node while it fires") {
    loop_under_test test;
    struct own_end : coro::timer {
        loop* turned = nullptr;
    };
    auto* node = new own_end;
    node->turned = &test.turned;
    node->fire = [](coro::timer& self) noexcept {
        loop* turned = static_cast<own_end&>(self).turned;
        delete static_cast<own_end*>(&self);
        turned->stop();
    };
    test.turned.arm(*node, 0);

    test.turned.run();
}

TEST_CASE("a timer that arms itself for the past holds up neither turn nor other timers") {
    loop_under_test test;
    std::uint64_t fired = 0;
    call_timer greedy([] {});
    greedy.on_fire = [&] {
        if (++fired < 1'000'000) {
            test.turned.arm(greedy, 0);
        }
    };
    call_timer modest([&] { test.turned.stop(); });
    test.turned.arm(greedy, 0);
    test.turned.arm(modest, test.clock.now_ns() + ms_ns);

    test.turned.run();

    REQUIRE(fired < 1'000'000);
    test.turned.disarm(greedy);
}

TEST_CASE("coroutines that never rest do not hold up timers, nor what is posted") {
    loop_under_test test;
    std::uint64_t turns = 0;
    bool was_posted = false;
    tactus::scope tasks(test.turned.ready());
    for (int i = 0; i < 10; ++i) {
        tasks.spawn("busy", yield_for_ever(turns));
    }
    call_timer last([&] {
        if (was_posted) {
            tasks.request_stop();
            test.turned.stop();
        } else {
            test.turned.arm(last, test.clock.now_ns() + ms_ns);
        }
    });
    test.turned.arm(last, test.clock.now_ns() + ms_ns);
    test.turned.post([](void* flag) noexcept { *static_cast<bool*>(flag) = true; }, &was_posted);

    test.turned.run();
    while (!tasks.is_empty()) {
        static_cast<void>(test.turned.ready().run(100));
    }

    REQUIRE(turns > 0);
}

TEST_CASE("due work is asked for when it is due, never before") {
    loop_under_test test;
    recorded_work work;
    int early = 0;
    int rounds = 0;
    work.due_ns = test.clock.now_ns() + ms_ns;
    work.on_due = [&](std::int64_t now_ns) {
        early += now_ns < work.due_ns || test.clock.now_ns() < work.due_ns ? 1 : 0;
        work.due_ns = test.clock.now_ns() + 100'000;
        if (++rounds == 200) {
            work.due_ns = due_work::never_ns; // the turn that stop() ends may ask once more
            test.turned.stop();
        }
    };
    test.turned.set_due_work(&work);

    test.turned.run();

    REQUIRE(rounds == 200);
    REQUIRE(early == 0);
}

TEST_CASE("due work comes before timers of the same moment") {
    loop_under_test test;
    recorded_work work;
    std::vector<char> order;
    const std::int64_t due_ns = test.clock.now_ns() + ms_ns;
    call_timer timer([&] {
        order.push_back('t');
        test.turned.stop();
    });
    work.due_ns = due_ns;
    work.on_due = [&](std::int64_t) {
        order.push_back('w');
        work.due_ns = due_work::never_ns;
    };
    test.turned.set_due_work(&work);
    test.turned.arm(timer, due_ns);

    test.turned.run();

    REQUIRE(order == std::vector<char>{'w', 't'});
}

TEST_CASE("what becomes due while coroutines run does not wait for the end of the turn") {
    loop_under_test test;
    recorded_work work;
    std::uint64_t turns = 0;
    std::set<std::uint64_t> seen_at;
    tactus::scope tasks(test.turned.ready());
    tasks.spawn("busy", yield_for_ever(turns));
    work.due_ns = 0; // always due
    work.on_due = [&](std::int64_t) {
        seen_at.insert(turns);
        if (turns > 100) {
            work.due_ns = due_work::never_ns;
            tasks.request_stop();
            test.turned.stop();
        }
    };
    test.turned.set_due_work(&work);

    test.turned.run();
    while (!tasks.is_empty()) {
        static_cast<void>(test.turned.ready().run(100));
    }

    REQUIRE(seen_at.size() > 100); // after each resume
}

TEST_CASE("tidying up goes on until nothing is left") {
    loop_under_test test;
    recorded_work work;
    work.tidy_slices = 50;
    test.turned.set_due_work(&work);
    call_timer last([] {});
    last.on_fire = [&] {
        if (work.tidy_slices == 0) {
            test.turned.stop();
        } else {
            test.turned.arm(last, test.clock.now_ns() + 100'000);
        }
    };
    test.turned.arm(last, 0);

    test.turned.run();

    REQUIRE(work.tidied == 50);
}

TEST_CASE("what was due before it was armed is no lag of the loop") {
    loop_under_test test;
    int fired = 0;
    call_timer timer([] {});
    timer.on_fire = [&] {
        if (++fired == 10) {
            test.turned.stop();
        } else {
            test.turned.arm(timer, 1); // just after the machine's start
        }
    };
    const std::int64_t begin_ns = test.clock.now_ns();
    test.turned.arm(timer, 1);

    test.turned.run();

    const loop::statistics taken = test.turned.read_statistics();
    REQUIRE(taken.lag.sum_ns <= test.clock.now_ns() - begin_ns);
    REQUIRE(taken.iterations >= 5);
}

TEST_CASE("the lag of a deadline is recorded once") {
    loop_under_test test;
    call_timer timer([&] { test.turned.stop(); });
    test.turned.arm(timer, test.clock.now_ns() + 2 * ms_ns);

    test.turned.run();

    REQUIRE(test.turned.read_statistics().lag.count == 1);
}

TEST_CASE("the heap of timers agrees with a sorted set, whatever comes and goes") {
    const std::uint32_t seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    timer_heap heap;
    std::set<coro::timer*, heap_order> model;
    std::vector<coro::timer> timers(200);

    for (int i = 0; i < 50'000; ++i) {
        coro::timer& timer = timers[random() % timers.size()];
        if (timer.is_armed()) {
            REQUIRE(model.erase(&timer) == 1);
            heap.remove(timer);
        } else {
            heap.push(timer, static_cast<std::int64_t>(random() % 50));
            model.insert(&timer);
        }
        REQUIRE(heap.top() == (model.empty() ? nullptr : *model.begin()));
    }
}
