// SPDX-License-Identifier: MIT
// The tasks of a service of the daemon, which end together. Threads: loop.
#pragma once

#include <tactus/cpp/ready_queue.hpp>
#include <tactus/cpp/scope.hpp>
#include <tactus/cpp/task.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace tactus::daemon {

class service_tasks {
public:
    // `name` is static text. The queue must outlive the task.
    void spawn(tactus::ready_queue& queue, const char* name, tactus::task<void> task) {
        if (running_ == nullptr) {
            running_ = std::make_unique<tactus::scope>(queue);
        }
        running_->spawn(name, std::move(task));
    }
    // Calls `then` once when none of them runs any more, possibly at once.
    void stop(std::function<void()> then) {
        if (running_ == nullptr || running_->size() == 0) {
            then();
            return;
        }
        stopped_ = std::move(then);
        running_->set_on_empty(
            [](void* self) noexcept { static_cast<service_tasks*>(self)->stopped_(); }, this);
        running_->request_stop();
    }

private:
    std::function<void()> stopped_;
    std::unique_ptr<tactus::scope> running_;
};

} // namespace tactus::daemon
