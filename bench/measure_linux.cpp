// SPDX-License-Identifier: MIT
#include "bench/measure.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sched.h>

namespace tactus::bench {
namespace {

std::int64_t read(clockid_t clock) noexcept {
    timespec now{};
    ::clock_gettime(clock, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

} // namespace

arguments::arguments(int count, char** words, std::vector<std::pair<std::string, double>> defaults)
    : values_(std::move(defaults)) {
    for (int i = 1; i < count; i += 2) {
        const std::string key = words[i];
        const auto is_it = [&](const auto& each) { return "--" + each.first == key; };
        const auto found = std::find_if(values_.begin(), values_.end(), is_it);
        if (found == values_.end() || i + 1 == count) {
            fail("\"" + key + "\" is no option, or has no value.");
        }
        char* end = nullptr;
        found->second = std::strtod(words[i + 1], &end);
        if (end == words[i + 1] || *end != '\0' || !std::isfinite(found->second)) {
            fail("\"" + std::string(words[i + 1]) + "\", after " + key + ", is no number.");
        }
    }
}

double arguments::number(std::string_view key) const {
    for (const auto& each : values_) {
        if (each.first == key) {
            return each.second;
        }
    }
    fail("the program asks for an option that it does not have: " + std::string(key));
}

std::int64_t now_ns() noexcept {
    return read(CLOCK_MONOTONIC);
}
std::int64_t unix_ns() noexcept {
    return read(CLOCK_REALTIME);
}
std::int64_t thread_cpu_ns() noexcept {
    return read(CLOCK_THREAD_CPUTIME_ID);
}

process_use used_by_process() noexcept {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return {read(CLOCK_PROCESS_CPUTIME_ID), used.ru_nvcsw};
}

std::int64_t resident_bytes() noexcept {
    long pages = 0;
    long resident = 0;
    if (std::FILE* const file = std::fopen("/proc/self/statm", "r"); file != nullptr) {
        if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) {
            resident = 0;
        }
        static_cast<void>(std::fclose(file));
    }
    return resident * ::sysconf(_SC_PAGESIZE);
}

void sleep_until_ns(std::int64_t due_ns) noexcept {
    const timespec due{due_ns / 1'000'000'000, due_ns % 1'000'000'000};
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr) == EINTR) {
    }
}

bool become_realtime(int priority) noexcept {
    sched_param wanted{};
    wanted.sched_priority = priority;
    return ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 &&
           ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted) == 0;
}

void refuse_timer_slack() noexcept {
    static_cast<void>(::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL));
}

std::int64_t percentile(std::vector<std::int64_t>& values, double of_hundred) {
    if (values.empty()) {
        return 0;
    }
    const double last = static_cast<double>(values.size() - 1);
    const auto at = static_cast<std::ptrdiff_t>(std::ceil(last * of_hundred / 100));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

void answer::add(std::string_view name, double value) {
    char number[32];
    std::snprintf(number, sizeof number, "%.6g", value);
    text_ += (text_.empty() ? "\"" : ", \"") + std::string(name) + "\": " + number;
}

void answer::add_spread(std::string_view name, std::vector<std::int64_t>& values_ns) {
    const std::string stem(name);
    for (const int each : {50, 90, 99}) {
        add(stem + "_p" + std::to_string(each) + "_us",
            static_cast<double>(percentile(values_ns, each)) / 1000);
    }
    add(stem + "_max_us", static_cast<double>(percentile(values_ns, 100)) / 1000);
}

void answer::print() const {
    std::printf("{%s}\n", text_.c_str());
}

void fail(const std::string& sentence) {
    std::fprintf(stderr, "%s\n", sentence.c_str());
    std::exit(2);
}

} // namespace tactus::bench
