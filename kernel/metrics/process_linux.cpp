// SPDX-License-Identifier: MIT
// Uses /proc/self only: under ProcSubset=pid, as in our unit, there is no other /proc. So the start
// is computed from the time since boot and not from the boot time in /proc/stat.
#include "kernel/metrics/process.hpp"

#include "kernel/metrics/proc_stat.hpp"

#include <filesystem>
#include <system_error>

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

namespace tactus::metrics {
namespace {

constexpr const char* own_stat = "/proc/self/stat";

double seconds_of(clockid_t id) noexcept {
    timespec now{};
    clock_gettime(id, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::optional<std::uint64_t> count_fds() {
    std::error_code failed;
    std::filesystem::directory_iterator at("/proc/self/fd", failed);
    if (failed) {
        return std::nullopt;
    }
    std::uint64_t count = 0;
    for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
        ++count;
    }
    return failed ? std::nullopt : std::optional(count - 1); // minus the one used to read
}

} // namespace

process_reader::process_reader() {
    if (const auto start = proc_stat(own_stat).field(proc_stat::start_time)) {
        start_unix_s_ = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME) +
                        *start / proc_stat::ticks_a_second();
    }
}

process_row process_reader::read() {
    process_row row;
    const proc_stat stat(own_stat);
    row.cpu_s = stat.cpu_s();
    row.threads_s = threads_.read(row.cpu_s);
    row.start_unix_s = start_unix_s_;
    if (const auto pages = stat.field(proc_stat::resident_pages)) {
        row.resident_bytes =
            static_cast<std::uint64_t>(*pages) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    }
    row.open_fds = count_fds();
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        row.max_fds = limit.rlim_cur;
    }
    return row;
}

} // namespace tactus::metrics
