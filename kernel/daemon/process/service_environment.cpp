// SPDX-License-Identifier: MIT
#include "kernel/daemon/process/service_environment.hpp"

#include "kernel/config/text.hpp"

#include <charconv>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace tactus::daemon {
namespace {

std::string take(const char* variable) {
    const char* const set = std::getenv(variable);
    std::string text = set == nullptr ? "" : set;
    ::unsetenv(variable);
    return text;
}

bool parse(std::string_view digits, std::int64_t& into) noexcept {
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
}

} // namespace

service_environment take_service_environment() {
    constexpr std::int64_t most_us = 1'000'000'000'000; // 11 days; it stays within ns
    service_environment found;
    found.notify_socket = take("NOTIFY_SOCKET");
    const std::string every = take("WATCHDOG_USEC");
    const std::string whom = take("WATCHDOG_PID");
    std::int64_t process = 0;
    const bool is_for_us = whom.empty() || (parse(whom, process) && process == ::getpid());
    if (every.empty() || !is_for_us) {
        return found; // a process that was started in between is watched, or nobody
    }
    std::int64_t us = 0;
    if (!parse(every, us) || us <= 0 || us > most_us) {
        found.warnings.push_back("WATCHDOG_USEC is ignored: " + config::quoted(every) +
                                 " is not a number of microseconds from 1 to " +
                                 std::to_string(most_us) + ".");
        return found;
    }
    found.watchdog_ns = us * 1000;
    return found;
}

} // namespace tactus::daemon
