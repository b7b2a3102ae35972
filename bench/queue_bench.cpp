// SPDX-License-Identifier: MIT
// What it costs to keep events until they are due. "hold" takes the first event out and puts one
// in, with N pending: the steady state of a queue. The rows named std are std::priority_queue with
// the same keys and cells; ratios within one run count, not the numbers of two machines.
#include "kernel/flow/timed_queue.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cstring>
#include <functional>
#include <queue>
#include <random>
#include <vector>

#include <unistd.h>

using namespace tactus::flow;

namespace {

constexpr std::int64_t span_ns = 1'000'000'000; // due times spread over a second

std::uint64_t random_due(std::mt19937_64& random) {
    return random() % static_cast<std::uint64_t>(span_ns);
}

using standard_queue = std::priority_queue<due_key, std::vector<due_key>, std::greater<due_key>>;

void due_heap_hold(benchmark::State& state) {
    const auto pending = static_cast<std::uint32_t>(state.range(0));
    std::mt19937_64 random(1);
    due_heap heap = std::move(*due_heap::make(pending + 1));
    std::uint64_t sequence = 0;
    for (std::uint32_t slot = 0; slot < pending; ++slot) {
        heap.push(make_due_key(random_due(random), ++sequence, slot));
    }
    for (auto _ : state) {
        const due_key key = heap.pop();
        heap.push(make_due_key(due_of(key) + random_due(random), ++sequence, slot_of(key)));
    }
}

void std_hold(benchmark::State& state) {
    const auto pending = static_cast<std::uint32_t>(state.range(0));
    std::mt19937_64 random(1);
    standard_queue queue;
    std::uint64_t sequence = 0;
    for (std::uint32_t slot = 0; slot < pending; ++slot) {
        queue.push(make_due_key(random_due(random), ++sequence, slot));
    }
    for (auto _ : state) {
        const due_key key = queue.top();
        queue.pop();
        queue.push(make_due_key(due_of(key) + random_due(random), ++sequence, slot_of(key)));
    }
}

// All of N in, then all out again; the time is for one event in and out.
void due_heap_fill(benchmark::State& state) {
    const auto count = static_cast<std::uint32_t>(state.range(0));
    std::mt19937_64 random(1);
    due_heap heap = std::move(*due_heap::make(count));
    for (auto _ : state) {
        for (std::uint32_t slot = 0; slot < count; ++slot) {
            heap.push(make_due_key(random_due(random), slot, slot));
        }
        while (!heap.is_empty()) {
            benchmark::DoNotOptimize(heap.pop());
        }
    }
    state.SetItemsProcessed(state.iterations() * count);
}

void std_fill(benchmark::State& state) {
    const auto count = static_cast<std::uint32_t>(state.range(0));
    std::mt19937_64 random(1);
    standard_queue queue;
    for (auto _ : state) {
        for (std::uint32_t slot = 0; slot < count; ++slot) {
            queue.push(make_due_key(random_due(random), slot, slot));
        }
        while (!queue.empty()) {
            benchmark::DoNotOptimize(queue.top());
            queue.pop();
        }
    }
    state.SetItemsProcessed(state.iterations() * count);
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
    const amount limit{2 * pending + 1000, 1 << 30};
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
        const std::int64_t now_ns = *queue.next_due();
        const std::uint16_t output = *queue.next_output_due(now_ns);
        benchmark::DoNotOptimize(queue.pop_due(output, now_ns, out));
        benchmark::DoNotOptimize(queue.bytes(out[0].slot).front());
        queue.release(out[0]);
        push(output, now_ns + static_cast<std::int64_t>(random_due(random)));
    }
}

// Events that pass in front of N which are due much later: a live performance over a loaded score.
void timed_queue_pass(benchmark::State& state) {
    const auto pending = static_cast<std::uint64_t>(state.range(0));
    std::mt19937_64 random(1);
    const amount limit{2 * pending + 1000, 1 << 30};
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
            benchmark::DoNotOptimize(queue.bytes(entry.slot).front());
            queue.release(entry);
        }
    }
    state.SetItemsProcessed(state.iterations() * 16);
}

// Panic: cancelling all of N, and the first event that goes out after it.
void timed_queue_panic(benchmark::State& state) {
    const auto pending = static_cast<std::uint64_t>(state.range(0));
    const amount limit{2 * pending + 1000, 1 << 30};
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

BENCHMARK(due_heap_hold)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(std_hold)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(due_heap_fill)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(std_fill)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
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
