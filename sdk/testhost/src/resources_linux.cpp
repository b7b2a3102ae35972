// SPDX-License-Identifier: MIT
#include <tactus/testhost/resources.hpp>

#include "descriptor_waits.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tactus::testing {
namespace {

std::size_t entries_of(const char* folder) {
    std::error_code failed;
    const std::filesystem::directory_iterator all(folder, failed);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// A listing of /proc/self/task may leave out threads while another one ends; this number is exact.
std::size_t thread_count() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("Threads:")) {
            return std::stoul(line.substr(sizeof "Threads:" - 1));
        }
    }
    return 0;
}

std::string count_text(std::size_t before, std::size_t now, const char* one) {
    if (now <= before) {
        return "";
    }
    return std::to_string(now - before) + " " + one + (now - before == 1 ? "" : "s");
}

std::string describe(const resources& before, const resources& now) {
    const std::string descriptors = count_text(before.descriptors, now.descriptors, "descriptor");
    const std::string threads = count_text(before.threads, now.threads, "thread");
    const std::string both = descriptors.empty() || threads.empty() ? "" : " and ";
    return descriptors.empty() && threads.empty() ? "" : descriptors + both + threads + " left";
}

} // namespace

bool can_be_awaited(std::int32_t fd) {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    const bool can = ::epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0;
    ::close(set);
    return can;
}

std::uint64_t file_of(std::int32_t fd) {
    struct stat what {};
    return ::fstat(fd, &what) == 0 ? what.st_ino + 1 : 0;
}

resources resources::now() {
    return {entries_of("/proc/self/fd"), thread_count()};
}

std::string left_since(const resources& before) {
    using namespace std::chrono_literals;
    std::string left = describe(before, resources::now());
    for (auto waited = 0ms; !left.empty() && waited < 1000ms; waited += 5ms) {
        std::this_thread::sleep_for(5ms);
        left = describe(before, resources::now());
    }
    return left;
}

} // namespace tactus::testing
