// SPDX-License-Identifier: MIT
#include "kernel/host/watchdog/load_watch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>

namespace tactus::host {

// Two numbers in ns, and the number of time slices: "RUNNING WAITING SLICES".
std::int64_t thread_busy_ns() noexcept {
    const int file = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return -1;
    }
    std::array<char, 80> text{};
    const ssize_t size = ::read(file, text.data(), text.size());
    ::close(file);
    std::int64_t running = 0;
    std::int64_t waiting = 0;
    const char* const end = text.data() + (size > 0 ? size : 0);
    const auto first = std::from_chars(text.data(), end, running);
    if (first.ec != std::errc() || first.ptr == end ||
        std::from_chars(first.ptr + 1, end, waiting).ec != std::errc()) {
        return -1;
    }
    return running + waiting;
}

} // namespace tactus::host
