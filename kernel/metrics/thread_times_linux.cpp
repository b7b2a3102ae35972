// SPDX-License-Identifier: MIT
#include "kernel/metrics/thread_times.hpp"

#include "kernel/metrics/proc_stat.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <numeric>
#include <string>
#include <system_error>

namespace tactus::metrics {
namespace {

std::size_t kind_of(std::int32_t id) noexcept {
    const std::optional<base::thread_role> role = base::role_of_thread(id);
    return role ? static_cast<std::size_t>(*role) : plugin_threads;
}

} // namespace

std::optional<thread_seconds> thread_times::read(std::optional<double> process_s) {
    const std::lock_guard lock(mutex_);
    std::error_code failed;
    std::filesystem::directory_iterator at("/proc/self/task", failed);
    if (failed) {
        return std::nullopt;
    }
    for (auto& [id, each] : threads_) {
        each.is_there = false;
    }
    for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
        const std::string name = at->path().filename().string();
        const proc_stat stat(at->path() / "stat");
        const std::optional<double> start = stat.field(proc_stat::start_time);
        const std::optional<double> spent_s = stat.cpu_s();
        std::int32_t id = 0;
        std::from_chars(name.data(), name.data() + name.size(), id);
        if (!start || !spent_s) {
            continue; // it has just ended
        }
        one_thread& known = threads_[id];
        if (known.start != static_cast<std::uint64_t>(*start)) {
            known = {static_cast<std::uint64_t>(*start), 0, false};
        }
        spent_s_[kind_of(id)] += std::max(*spent_s - known.spent_s, 0.0);
        known.spent_s = std::max(*spent_s, known.spent_s);
        known.is_there = true;
    }
    std::erase_if(threads_, [](const auto& each) { return !each.second.is_there; });
    const double seen_s = std::accumulate(spent_s_.begin(), spent_s_.begin() + ended_threads, 0.0);
    spent_s_[ended_threads] =
        std::max(spent_s_[ended_threads], process_s.value_or(seen_s) - seen_s);
    return spent_s_;
}

} // namespace tactus::metrics
