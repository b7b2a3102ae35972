// SPDX-License-Identifier: MIT
#include "sleep_meter.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <malloc.h>
#include <unistd.h>

namespace tactus::checker {
namespace {

// "running waiting slices", in ns; false where there is no such file.
bool read_times(std::int64_t& running_ns, std::int64_t& waiting_ns) {
    std::FILE* const file = std::fopen("/proc/thread-self/schedstat", "re");
    if (file == nullptr) {
        return false;
    }
    long long running = 0;
    long long waiting = 0;
    const bool is_read = std::fscanf(file, "%lld %lld", &running, &waiting) == 2;
    std::fclose(file);
    running_ns = running;
    waiting_ns = waiting;
    return is_read;
}

std::int64_t wall_now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

// "size resident ...", in pages; 0 where there is no such file.
std::size_t mapped_bytes() {
    std::FILE* const file = std::fopen("/proc/self/statm", "re");
    if (file == nullptr) {
        return 0;
    }
    unsigned long pages = 0;
    const bool is_read = std::fscanf(file, "%lu", &pages) == 1;
    std::fclose(file);
    return is_read ? pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

} // namespace

void sleep_meter::start() {
    static_cast<void>(read_times(running_ns_, waiting_ns_));
    wall_ns_ = wall_now_ns();
}

thread_times sleep_meter::stop() const {
    const std::int64_t wall_ns = wall_now_ns() - wall_ns_;
    std::int64_t running_ns = 0;
    std::int64_t waiting_ns = 0;
    if (!read_times(running_ns, waiting_ns)) {
        return {};
    }
    running_ns -= running_ns_;
    waiting_ns -= waiting_ns_;
    return {std::max<std::int64_t>(wall_ns - running_ns - waiting_ns, 0), running_ns};
}

memory_use memory_in_use() {
    const auto counts = ::mallinfo2();
    // A large block is a mapping of its own, which malloc counts apart.
    return {counts.uordblks + counts.hblkhd, mapped_bytes()};
}

} // namespace tactus::checker
