// SPDX-License-Identifier: MIT
// What the coroutine layer costs: a task started and awaited, a hop over a channel, a turn of the
// ready queue, a wait for a timer. All in virtual time, without a loop: only the layer is measured.
#include "kernel/coro/sleep.hpp"
#include "tests/support/manual_reactor.hpp"

#include <benchmark/benchmark.h>

#include <tactus/cpp/channel.hpp>
#include <tactus/cpp/scope.hpp>
#include <tactus/cpp/task.hpp>
#include <tactus/cpp/yield.hpp>

namespace {

using tactus::task;
using tactus::testing::manual_reactor;

constexpr std::int64_t repeats = 1000; // inside one iteration, so that the frame around it vanishes

// Runs the task to its end; whoever waits for time gets it.
void run(manual_reactor& reactor, task<void> work) {
    tactus::scope tasks(reactor.ready());
    tasks.spawn("work", std::move(work));
    do {
        reactor.settle();
    } while (!tasks.is_empty() && reactor.advance_to_next());
}

template <class Make>
void measure(benchmark::State& state, const Make& make) {
    manual_reactor reactor;
    for (auto _ : state) {
        run(reactor, make(reactor));
    }
    state.SetItemsProcessed(state.iterations() * repeats);
    state.counters["ns"] =
        benchmark::Counter(static_cast<double>(state.iterations() * repeats) * 1e-9,
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

task<std::int64_t> leaf(std::int64_t value) {
    co_return value + 1;
}

task<void> await_leaves() {
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < repeats; ++i) {
        const std::int64_t got = co_await leaf(i);
        sum += got;
    }
    benchmark::DoNotOptimize(sum);
}

task<void> empty() {
    co_return;
}

task<void> spawn_many(manual_reactor& reactor) {
    tactus::scope children(reactor.ready());
    for (std::int64_t i = 0; i < repeats; ++i) {
        children.spawn("child", empty());
    }
    co_await children.join();
}

task<void> yield_often() {
    for (std::int64_t i = 0; i < repeats; ++i) {
        co_await tactus::yield();
    }
}

task<void> give(tactus::channel<std::int64_t>& into) {
    for (std::int64_t i = 0; i < repeats; ++i) {
        const bool is_taken = co_await into.push(i);
        benchmark::DoNotOptimize(is_taken);
    }
    into.close();
}

task<void> take(tactus::channel<std::int64_t>& from) {
    std::int64_t sum = 0;
    for (;;) {
        const std::optional<std::int64_t> got = co_await from.pop();
        if (!got.has_value()) {
            break;
        }
        sum += *got;
    }
    benchmark::DoNotOptimize(sum);
}

task<void> hop(manual_reactor& reactor, std::size_t capacity) {
    tactus::channel<std::int64_t> between(capacity);
    tactus::scope both(reactor.ready());
    both.spawn("give", give(between));
    both.spawn("take", take(between));
    co_await both.join();
}

task<void> sleep_often(manual_reactor& reactor) {
    for (std::int64_t i = 0; i < repeats; ++i) {
        co_await tactus::coro::sleep_until(reactor, reactor.now_ns() + 1000);
    }
}

void await_leaf(benchmark::State& state) {
    measure(state, [](manual_reactor&) { return await_leaves(); });
}
void spawn_and_join(benchmark::State& state) {
    measure(state, [](manual_reactor& reactor) { return spawn_many(reactor); });
}
void ready_queue_turn(benchmark::State& state) {
    measure(state, [](manual_reactor&) { return yield_often(); });
}
void channel_hop(benchmark::State& state) {
    const auto capacity = static_cast<std::size_t>(state.range(0));
    measure(state, [=](manual_reactor& reactor) { return hop(reactor, capacity); });
}
void timer_in_virtual_time(benchmark::State& state) {
    measure(state, [](manual_reactor& reactor) { return sleep_often(reactor); });
}

BENCHMARK(await_leaf);
BENCHMARK(spawn_and_join);
BENCHMARK(ready_queue_turn);
BENCHMARK(channel_hop)->ArgName("capacity")->Arg(1)->Arg(100);
BENCHMARK(timer_in_virtual_time);

} // namespace

BENCHMARK_MAIN();
