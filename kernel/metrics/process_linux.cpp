// SPDX-License-Identifier: MIT
// Uses /proc/self only: under ProcSubset=pid, as in our unit, there is no other /proc. So the start
// is computed from the time since boot and not from the boot time in /proc/stat.
// Source: proc(5), /proc/[pid]/stat.
#include "kernel/metrics/process.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

namespace tactus::metrics {
namespace {

// Numbers of the fields in proc(5), counted from the one after the name, which may itself contain
// blanks and brackets.
constexpr std::size_t field_behind_name = 3;
constexpr std::size_t field_user_time = 14;
constexpr std::size_t field_system_time = 15;
constexpr std::size_t field_start_time = 22;
constexpr std::size_t field_resident_pages = 24;

// All fields after the name, as text; empty if the file cannot be read.
std::vector<std::string> read_stat() {
    std::ifstream file("/proc/self/stat");
    const std::string line((std::istreambuf_iterator<char>(file)), {});
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) {
        return {};
    }
    std::istringstream rest(line.substr(name_end + 1));
    return {std::istream_iterator<std::string>(rest), {}};
}

std::optional<double> field(const std::vector<std::string>& stat, std::size_t number) {
    const std::size_t index = number - field_behind_name;
    if (index >= stat.size()) {
        return std::nullopt;
    }
    return std::stod(stat[index]);
}

double ticks_a_second() noexcept {
    return static_cast<double>(sysconf(_SC_CLK_TCK));
}

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
    if (const auto start = field(read_stat(), field_start_time)) {
        start_unix_s_ =
            seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME) + *start / ticks_a_second();
    }
}

process_row process_reader::read() const {
    process_row row;
    const std::vector<std::string> stat = read_stat();
    const auto user = field(stat, field_user_time);
    const auto system = field(stat, field_system_time);
    if (user && system) {
        row.cpu_s = (*user + *system) / ticks_a_second();
    }
    row.start_unix_s = start_unix_s_;
    if (const auto pages = field(stat, field_resident_pages)) {
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
