// SPDX-License-Identifier: MIT
// The reports of a plugin's own threads about their instance: the reason of a failure, and its end
// ("the device is gone"). The loop takes it in its next turn, by one posted call however many
// reports there are. Reports of the loop's thread do not pass through it. Threads: as noted at each
// function.
#pragma once

#include "kernel/base/priority_mutex.hpp"
#include "kernel/host/posted_calls.hpp"

#include <tactus/abi.h>

#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace tactus::host {

struct plugin_error {
    tactus_status status = TACTUS_OK;
    std::string key;
    std::string text;
};

class foreign_reports {
public:
    struct taken {
        std::optional<plugin_error> error;
        std::optional<tactus_status> stopped;
    };

    // `look(with)` is called on the loop when there is something to take. `posts` must outlive it.
    foreign_reports(posted_calls& posts, void (*look)(void* with) noexcept, void* with) noexcept
        : posts_(posts), look_(look), with_(with) {}

    // Several before the loop looks count as the last of them. TACTUS_E_CLOSED: before start, and
    // after stopped. Threads: any.
    tactus_status set_error(plugin_error said) {
        const std::lock_guard lock(mutex_);
        waiting_.error = std::move(said);
        return notify();
    }
    // TACTUS_E_CLOSED: likewise, and once it was reported here. Threads: any.
    tactus_status stopped(tactus_status status) {
        const std::lock_guard lock(mutex_);
        if (std::exchange(has_stopped_, true)) {
            return TACTUS_E_CLOSED;
        }
        waiting_.stopped = status;
        return notify();
    }
    // Threads: loop.
    [[nodiscard]] taken take() {
        const std::lock_guard lock(mutex_);
        is_posted_ = false;
        return std::exchange(waiting_, {});
    }

private:
    tactus_status notify() {
        if (is_posted_) {
            return TACTUS_OK;
        }
        constexpr auto no_limit = std::numeric_limits<std::uint32_t>::max(); // one waits at most
        const tactus_status posted = posts_.post(look_, with_, no_limit);
        is_posted_ = posted == TACTUS_OK;
        return posted;
    }

    posted_calls& posts_;
    void (*const look_)(void* with) noexcept;
    void* const with_;
    base::priority_mutex mutex_; // guards the three below
    taken waiting_;
    bool is_posted_ = false;
    bool has_stopped_ = false;
};

} // namespace tactus::host
