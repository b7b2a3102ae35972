// SPDX-License-Identifier: MIT
// Whether the daemon does its work, or only a new process would: the basis of the messages to the
// service's watchdog. That the loop turns is shown by being asked. Threads: loop.
#pragma once

#include "kernel/config/settings.hpp"
#include "kernel/daemon/supervisor_group.hpp"
#include "kernel/flow/output/dispatcher.hpp"

#include <cstdint>
#include <string>

namespace tactus::daemon {

class daemon_health {
public:
    // How long a required input or output may be down while a thread of it hangs. Its supervisor
    // tries to replace it meanwhile.
    static constexpr std::int64_t hang_limit_ns = 10'000'000'000;
    // How late the next event may be that is not taken out of the queue.
    static constexpr std::int64_t stale_limit_ns = 1'000'000'000;

    // All must outlive it.
    struct sources {
        const config::settings& settings;
        flow::dispatcher& dispatcher;
        const supervisor_group& inputs;
        const supervisor_group& outputs;
    };
    explicit daemon_health(const sources& of) noexcept : of_(of) {}

    // A sentence that says what is wrong; empty if nothing is. Bounds: to be asked at intervals.
    [[nodiscard]] std::string look(std::int64_t now_ns);

private:
    struct queue_state {
        std::int64_t due_ns = 0;
        std::uint64_t events = 0;

        friend bool operator==(const queue_state&, const queue_state&) = default;
    };
    [[nodiscard]] bool is_stale(std::int64_t now_ns);
    [[nodiscard]] const host::supervisor* find_hanging() const;

    sources of_;
    queue_state late_{};                // at the last look, if its next event was late
    std::int64_t hanging_since_ns_ = 0; // 0: none hangs
};

} // namespace tactus::daemon
