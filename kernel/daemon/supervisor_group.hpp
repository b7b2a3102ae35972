// SPDX-License-Identifier: MIT
// The supervisors of all inputs, or of all outputs, in the order of the settings: they start
// together, and the group has stopped when the last of them has. Threads: loop.
#pragma once

#include "kernel/host/supervisor.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace tactus::daemon {

class supervisor_group {
public:
    void add(const host::host_services& services, host::supervisor_settings what) {
        all_.push_back(std::make_unique<host::supervisor>(services, std::move(what)));
    }

    void start() {
        for (const auto& each : all_) {
            each->start();
        }
    }
    // Calls `then` when none of them runs any more, possibly at once. Bounds: called once.
    void stop(std::function<void()> then) {
        still_running_ = all_.size();
        if (all_.empty()) {
            then();
            return;
        }
        stopped_ = std::move(then);
        for (const auto& each : all_) {
            each->stop([this] {
                if (--still_running_ == 0) {
                    stopped_();
                }
            });
        }
    }
    // See supervisor::restart. Bounds: index below size().
    bool restart(std::size_t index) { return all_.at(index)->restart(); }
    // See supervisor::look_for_stall.
    void look_for_stalls(std::int64_t now_ns, std::int64_t ran_since_ns) {
        for (const auto& each : all_) {
            each->look_for_stall(now_ns, ran_since_ns);
        }
    }

    // All that a route needs are up.
    [[nodiscard]] bool are_up() const {
        return std::all_of(all_.begin(), all_.end(), [](const auto& each) {
            return !each->what().is_needed || each->is_up();
        });
    }
    [[nodiscard]] bool has_quarantine() const noexcept {
        return std::any_of(all_.begin(), all_.end(),
                           [](const auto& each) { return each->has_quarantine(); });
    }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    // Bounds: index below size().
    [[nodiscard]] const host::supervisor& at(std::size_t index) const { return *all_.at(index); }

private:
    std::vector<std::unique_ptr<host::supervisor>> all_;
    std::size_t still_running_ = 0; // during a stop
    std::function<void()> stopped_;
};

} // namespace tactus::daemon
