// SPDX-License-Identifier: MIT
// The supervisors of all inputs, or of all outputs, by their numbers in the settings: they start
// together, and the group has stopped when the last of them has. A reload adds and removes some;
// the number of a removed one is vacant until it is used again. Threads: loop.
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
    // Bounds: its number is vacant, or size().
    void add(const host::host_services& services, host::supervisor_settings what) {
        const std::size_t number = what.who.index;
        TACTUS_ASSERT(!is_there(number));
        all_.resize(std::max(all_.size(), number + 1));
        all_[number] = std::make_unique<host::supervisor>(services, std::move(what));
    }
    // Bounds: it has stopped. If an instance of it hangs, it is kept until that has ended.
    void remove(std::size_t number) {
        if (all_.at(number)->has_quarantine()) {
            removed_.push_back(std::move(all_[number]));
        }
        all_[number].reset();
        std::erase_if(removed_, [](const auto& each) { return !each->has_quarantine(); });
    }

    void start() {
        for_each([](host::supervisor& each) { each.start(); });
    }
    // Calls `then` when none of them runs any more, possibly at once. Bounds: called once.
    void stop(std::function<void()> then) {
        stopped_ = std::move(then);
        still_running_ = 1; // this call
        for_each([this](host::supervisor& each) {
            ++still_running_;
            each.stop([this] { one_has_stopped(); });
        });
        one_has_stopped();
    }
    // See supervisor::restart. Bounds: index below size().
    bool restart(std::size_t index) { return all_.at(index)->restart(); }
    // See supervisor::look_for_stall.
    void look_for_stalls(std::int64_t now_ns, std::int64_t ran_since_ns) {
        for_each([=](host::supervisor& each) { each.look_for_stall(now_ns, ran_since_ns); });
    }

    // All that a route needs are up.
    [[nodiscard]] bool are_up() const {
        return std::all_of(all_.begin(), all_.end(), [](const auto& each) {
            return each == nullptr || !each->what().is_needed || each->is_up();
        });
    }
    [[nodiscard]] bool has_quarantine() const noexcept {
        const auto has_any = [](const auto& each) {
            return each != nullptr && each->has_quarantine();
        };
        return std::any_of(all_.begin(), all_.end(), has_any) ||
               std::any_of(removed_.begin(), removed_.end(), has_any);
    }
    // The numbers are below this.
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    [[nodiscard]] bool is_there(std::size_t number) const noexcept {
        return number < all_.size() && all_[number] != nullptr;
    }
    // Bounds: is_there(number).
    [[nodiscard]] const host::supervisor& at(std::size_t number) const { return *all_.at(number); }
    [[nodiscard]] host::supervisor& at(std::size_t number) { return *all_.at(number); }
    // Calls use(supervisor&) for each that is there.
    template <class Use>
    void for_each(Use&& use) {
        for (const auto& each : all_) {
            if (each != nullptr) {
                use(*each);
            }
        }
    }

private:
    void one_has_stopped() {
        if (--still_running_ == 0) {
            stopped_();
        }
    }

    std::vector<std::unique_ptr<host::supervisor>> all_; // by number; nullptr: vacant
    std::vector<std::unique_ptr<host::supervisor>> removed_;
    std::size_t still_running_ = 0; // during a stop
    std::function<void()> stopped_;
};

} // namespace tactus::daemon
