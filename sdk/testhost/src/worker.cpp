// SPDX-License-Identifier: MIT
#include <tactus/testhost/worker.hpp>

namespace tactus::testing {

void test_worker::run(const std::function<void()>& call) {
    std::unique_lock lock(mutex_);
    if (!thread_.joinable()) {
        thread_ = std::thread(&test_worker::serve, this);
    }
    call_ = &call;
    changed_.notify_all();
    changed_.wait(lock, [this] { return call_ == nullptr; });
}

void test_worker::end() {
    if (!thread_.joinable()) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
        changed_.notify_all();
    }
    thread_.join();
    is_ending_ = false;
}

void test_worker::serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return call_ != nullptr || is_ending_; });
        if (call_ == nullptr) {
            return;
        }
        const std::function<void()>& call = *call_;
        lock.unlock();
        call();
        lock.lock();
        call_ = nullptr;
        changed_.notify_all();
    }
}

} // namespace tactus::testing
