// SPDX-License-Identifier: MIT
// What the measuring programs share: arguments, clocks, percentiles, and the answer as one line of
// JSON on standard output, for bench/suite to read. They print nothing else there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::bench {

// `--key value` pairs; ends the program with a sentence where one is unknown or no number.
class arguments {
public:
    arguments(int count, char** words, std::vector<std::pair<std::string, double>> defaults);
    [[nodiscard]] double number(std::string_view key) const;
    [[nodiscard]] std::int64_t whole(std::string_view key) const {
        return static_cast<std::int64_t>(number(key));
    }

private:
    std::vector<std::pair<std::string, double>> values_;
};

[[nodiscard]] std::int64_t now_ns() noexcept;        // CLOCK_MONOTONIC
[[nodiscard]] std::int64_t unix_ns() noexcept;       // CLOCK_REALTIME
[[nodiscard]] std::int64_t thread_cpu_ns() noexcept; // of the calling thread
struct process_use {
    std::int64_t cpu_ns = 0;
    std::int64_t waits = 0; // voluntary context switches, all threads
};
[[nodiscard]] process_use used_by_process() noexcept;
[[nodiscard]] std::int64_t resident_bytes() noexcept;
void sleep_until_ns(std::int64_t due_ns) noexcept;

// SCHED_FIFO for this thread, and memory that stays. False where that is not permitted.
[[nodiscard]] bool become_realtime(int priority) noexcept;
// Sleeps of this thread are not rounded up to the 50 us that Linux grants itself.
void refuse_timer_slack() noexcept;

// Of the values; they are sorted in place. 0 where there are none.
[[nodiscard]] std::int64_t percentile(std::vector<std::int64_t>& values, double of_hundred);

class answer {
public:
    void add(std::string_view name, double value);
    // name_p50_us, name_p90_us, name_p99_us and name_max_us.
    void add_spread(std::string_view name, std::vector<std::int64_t>& values_ns);
    void print() const;

private:
    std::string text_;
};

[[noreturn]] void fail(const std::string& sentence);

} // namespace tactus::bench
