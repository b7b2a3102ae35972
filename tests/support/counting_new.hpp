// SPDX-License-Identifier: MIT
// Counts what the whole program allocates, plugins that it loads included. It replaces operator
// new, so it is included by the one source file of a test program of its own, and by nothing else.
#pragma once

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> allocations = 0; // relaxed: a count, read when its threads are quiet
thread_local bool is_counted = true;      // a test's own thread may say that it is not meant

void count_allocation() noexcept {
    if (is_counted) {
        allocations.fetch_add(1, std::memory_order_relaxed);
    }
}
} // namespace

void* operator new(std::size_t size) {
    count_allocation();
    void* const memory = std::malloc(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    count_allocation();
    return std::malloc(size);
}
// Not inlined: GCC 12 would take the free for one of what the library's own operator new has given.
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
