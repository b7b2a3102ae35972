// SPDX-License-Identifier: MIT
// What it costs to keep events until they are due. "hold" takes the first event out and puts one
// in, with N pending: the steady state of a queue. `standard` is std::priority_queue with the same
// keys; ratios within one run count, not the numbers of two machines.
#include "kernel/flow/queue/timed_queue.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

using namespace tactus::flow;

namespace {

constexpr std::int64_t span_ns = 1'000'000'000; // due times spread over a second

std::uint64_t random_due(std::mt19937_64& random) {
    return random() % static_cast<std::uint64_t>(span_ns);
}

std::int64_t clock_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

class ours {
public:
    explicit ours(std::uint32_t capacity) : heap_(std::move(*due_heap::make(capacity))) {}
    void push(due_key key) { heap_.push(key); }
    due_key pop() { return heap_.pop(); }

private:
    due_heap heap_;
};

class standard {
public:
    explicit standard(std::uint32_t) {}
    void push(due_key key) { queue_.push(key); }
    due_key pop() {
        const due_key first = queue_.top();
        queue_.pop();
        return first;
    }

private:
    std::priority_queue<due_key, std::vector<due_key>, std::greater<due_key>> queue_;
};

// A queue with N pending, and the next event for it.
template <class Queue>
class full_queue {
public:
    explicit full_queue(std::uint32_t pending) : queue_(pending + 1) {
        for (std::uint32_t slot = 0; slot < pending; ++slot) {
            queue_.push(make_due_key(random_due(random_), ++sequence_, slot));
        }
    }
    due_key pop() { return queue_.pop(); }
    void push_after(due_key popped) {
        queue_.push(
            make_due_key(due_of(popped) + random_due(random_), ++sequence_, slot_of(popped)));
    }

private:
    std::mt19937_64 random_{1};
    Queue queue_;
    std::uint64_t sequence_ = 0;
};

template <class Queue>
void hold(benchmark::State& state) {
    full_queue<Queue> queue(static_cast<std::uint32_t>(state.range(0)));
    for (auto _ : state) {
        queue.push_after(queue.pop());
    }
}

// All of N in, then all out again; what one push and one pop take on the way.
template <class Queue>
void fill(benchmark::State& state) {
    const auto count = static_cast<std::uint32_t>(state.range(0));
    std::mt19937_64 random(1);
    Queue queue(count);
    std::int64_t pushing_ns = 0;
    std::int64_t popping_ns = 0;
    for (auto _ : state) {
        const std::int64_t began_ns = clock_ns();
        for (std::uint32_t slot = 0; slot < count; ++slot) {
            queue.push(make_due_key(random_due(random), slot, slot));
        }
        const std::int64_t full_ns = clock_ns();
        for (std::uint32_t slot = 0; slot < count; ++slot) {
            benchmark::DoNotOptimize(queue.pop());
        }
        pushing_ns += full_ns - began_ns;
        popping_ns += clock_ns() - full_ns;
    }
    const auto events = static_cast<double>(state.iterations()) * count;
    state.counters["push_ns"] = static_cast<double>(pushing_ns) / events;
    state.counters["pop_ns"] = static_cast<double>(popping_ns) / events;
}

// The worst single operation, each timed by itself; the clock's own 20 to 30 ns are in it. One in
// ten thousand is the structure's; the very worst is usually the machine's (timer tick, host).
template <class Queue>
void worst(benchmark::State& state) {
    constexpr std::size_t operations = 100'000;
    full_queue<Queue> queue(static_cast<std::uint32_t>(state.range(0)));
    std::vector<std::int64_t> pops_ns(operations);
    std::vector<std::int64_t> pushes_ns(operations);
    for (auto _ : state) {
        for (std::size_t i = 0; i < operations; ++i) {
            const std::int64_t began_ns = clock_ns();
            const due_key popped = queue.pop();
            const std::int64_t popped_ns = clock_ns();
            queue.push_after(popped);
            pushes_ns[i] = clock_ns() - popped_ns;
            pops_ns[i] = popped_ns - began_ns;
        }
    }
    for (const auto& [name, all] : {std::pair("pop", &pops_ns), std::pair("push", &pushes_ns)}) {
        std::sort(all->begin(), all->end());
        state.counters[std::string(name) + "_p9999_ns"] =
            static_cast<double>((*all)[operations - operations / 10'000]);
        state.counters[std::string(name) + "_max_ns"] = static_cast<double>(all->back());
    }
}

std::size_t resident_bytes() {
    std::size_t pages = 0;
    std::size_t resident = 0;
    if (std::FILE* const file = std::fopen("/proc/self/statm", "r"); file != nullptr) {
        if (std::fscanf(file, "%zu %zu", &pages, &resident) != 2) {
            resident = 0;
        }
        static_cast<void>(std::fclose(file));
    }
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// The whole way through timed_queue: admit, copy, sort; take out, release. Over some outputs and
// with tags, as given.
void timed_queue_hold(benchmark::State& state) {
    const auto pending = static_cast<std::uint64_t>(state.range(0));
    const auto outputs = static_cast<std::uint16_t>(state.range(1));
    const auto tags = static_cast<std::uint32_t>(state.range(2));
    std::mt19937_64 random(1);
    const queue_amount limit{2 * pending + 1000, 1 << 30};
    timed_queue queue = std::move(*timed_queue::make({.pending = limit}, 0));
    for (std::uint16_t i = 0; i < outputs; ++i) {
        static_cast<void>(*queue.add_output({limit, when_full::refuse}));
    }
    const std::array<std::byte, 32> payload{};
    event_source source;
    source.bytes = payload;
    const auto push = [&](std::uint16_t output, std::int64_t due_ns) {
        source.tag = tags == 0 ? 0 : 1 + static_cast<std::uint32_t>(due_ns) % tags;
        if (queue.push(output, due_ns, source) != push_result::accepted) {
            state.SkipWithError("the queue is full");
        }
    };
    const std::size_t resident_before = resident_bytes();
    for (std::uint64_t i = 0; i < pending; ++i) {
        push(static_cast<std::uint16_t>(i % outputs),
             static_cast<std::int64_t>(random_due(random)));
    }
    state.counters["bytes_per_event"] =
        static_cast<double>(resident_bytes() - resident_before) / static_cast<double>(pending);
    std::array<due_entry, 1> out{};
    for (auto _ : state) {
        const std::int64_t now_ns = *queue.departures().next_due();
        const std::uint16_t output = *queue.departures().next_output_due(now_ns);
        benchmark::DoNotOptimize(queue.pop_due(output, now_ns, out));
        benchmark::DoNotOptimize(queue.events().bytes(out[0].slot).front());
        queue.release(out[0]);
        push(output, now_ns + static_cast<std::int64_t>(random_due(random)));
    }
}

// Events that pass in front of N which are due much later: a live performance over a loaded score.
void timed_queue_pass(benchmark::State& state) {
    const auto pending = static_cast<std::uint64_t>(state.range(0));
    std::mt19937_64 random(1);
    const queue_amount limit{2 * pending + 1000, 1 << 30};
    timed_queue queue = std::move(*timed_queue::make({.pending = limit}, 0));
    const std::uint16_t output = *queue.add_output({limit, when_full::refuse});
    const std::array<std::byte, 32> payload{};
    event_source source;
    source.bytes = payload;
    for (std::uint64_t i = 0; i < pending; ++i) {
        const auto due_ns = static_cast<std::int64_t>(random_due(random)) + 3600 * span_ns;
        static_cast<void>(queue.push(output, due_ns, source));
    }
    std::array<due_entry, 16> out{};
    std::int64_t now_ns = 0;
    for (auto _ : state) {
        for (std::int64_t i = 0; i < 16; ++i) {
            static_cast<void>(queue.push(output, now_ns + i * 7 % 16, source));
        }
        now_ns += 16;
        for (const due_entry& entry : std::span(out).first(queue.pop_due(output, now_ns, out))) {
            benchmark::DoNotOptimize(queue.events().bytes(entry.slot).front());
            queue.release(entry);
        }
    }
    state.SetItemsProcessed(state.iterations() * 16);
}

// Panic: cancelling all of N, and the first event that goes out after it.
void timed_queue_panic(benchmark::State& state) {
    const auto pending = static_cast<std::uint64_t>(state.range(0));
    const queue_amount limit{2 * pending + 1000, 1 << 30};
    timed_queue queue = std::move(*timed_queue::make({.pending = limit}, 0));
    const std::uint16_t output = *queue.add_output({limit, when_full::refuse});
    const std::array<std::byte, 3> payload{};
    event_source source;
    source.bytes = payload;
    std::array<due_entry, 1> out{};
    for (auto _ : state) {
        state.PauseTiming();
        while (queue.sweep(100'000)) {
        }
        for (std::uint64_t i = 0; i < pending; ++i) {
            static_cast<void>(queue.push(output, static_cast<std::int64_t>(i), source));
        }
        state.ResumeTiming();
        benchmark::DoNotOptimize(queue.cancel(output));
        static_cast<void>(queue.push(output, span_ns, source));
        if (queue.pop_due(output, span_ns, out) != 1) {
            state.SkipWithError("the event did not come out");
        }
        queue.release(out[0]);
    }
}

} // namespace

BENCHMARK(hold<ours>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(hold<standard>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(fill<ours>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(fill<standard>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(worst<ours>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Iterations(1);
BENCHMARK(worst<standard>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Iterations(1);
BENCHMARK(timed_queue_hold)
    ->ArgNames({"pending", "outputs", "tags"})
    ->Args({1, 1, 0})
    ->Args({1'000, 1, 0})
    ->Args({100'000, 1, 0})
    ->Args({1'000'000, 1, 0})
    ->Args({1'000'000, 16, 0})
    ->Args({1'000'000, 1, 100});
BENCHMARK(timed_queue_pass)->Arg(0)->Arg(1'000'000);
BENCHMARK(timed_queue_panic)->Arg(100'000)->Iterations(20);

BENCHMARK_MAIN();
