// SPDX-License-Identifier: MIT
// The roles of this process's threads, to tell how much processor time each kind of work takes:
// each of the daemon's threads holds a thread_role_holder while it runs. Threads of plugins and of
// their libraries hold none. It is about the process, as thread ids are.
// thread_role_linux.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tactus::base {

enum class thread_role : std::uint8_t { loop, worker, job, lookup, log, tap, alarm };
inline constexpr std::array<std::string_view, 7> thread_role_names = {
    "loop", "worker", "job", "lookup", "log", "tap", "alarm"};

class thread_role_holder {
public:
    // Threads beyond that hold no role.
    static constexpr std::size_t roles_max = 1024;

    // Of the calling thread, which must also destroy it. Neither allocates nor locks.
    explicit thread_role_holder(thread_role role) noexcept;
    thread_role_holder(const thread_role_holder&) = delete;
    thread_role_holder& operator=(const thread_role_holder&) = delete;
    ~thread_role_holder();

private:
    std::size_t place_ = roles_max;
};

// Nothing if the thread of this process with that id holds none. Threads: any.
[[nodiscard]] std::optional<thread_role> role_of_thread(std::int32_t id) noexcept;

} // namespace tactus::base
