// SPDX-License-Identifier: MIT
#include <tactus/testhost/resources.hpp>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <thread>

namespace tactus::testing {
namespace {

std::size_t entries_of(const char* folder) {
    std::error_code failed;
    const std::filesystem::directory_iterator all(folder, failed);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
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

resources resources::now() {
    return {entries_of("/proc/self/fd"), entries_of("/proc/self/task")};
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
