// SPDX-License-Identifier: MIT
#include "worker.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace tactus::testing {

struct test_worker::shared_state {
    std::mutex mutex; // guards the rest
    std::condition_variable changed;
    std::function<void()> call; // empty: none waits or runs
    bool is_ending = false;
};

void test_worker::begin(std::function<void()> call) {
    if (!state_) {
        state_ = std::make_shared<shared_state>();
        thread_ = std::thread(&test_worker::serve, state_);
    }
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return !state_->call; });
    state_->call = std::move(call);
    state_->changed.notify_all();
}

bool test_worker::wait_idle(std::chrono::microseconds longest) {
    if (!state_) {
        return true;
    }
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, longest, [this] { return !state_->call; });
}

void test_worker::run(const std::function<void()>& call) {
    begin(call);
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return !state_->call; });
}

void test_worker::end() {
    if (!state_) {
        return;
    }
    {
        const std::lock_guard lock(state_->mutex);
        state_->is_ending = true;
        state_->changed.notify_all();
        if (state_->call) {
            thread_.detach();
        }
    }
    if (thread_.joinable()) {
        thread_.join();
    }
    state_.reset();
}

void test_worker::serve(const std::shared_ptr<shared_state>& state) {
    std::unique_lock lock(state->mutex);
    for (;;) {
        state->changed.wait(lock, [&] { return state->call || state->is_ending; });
        if (!state->call) {
            return;
        }
        lock.unlock();
        state->call();
        lock.lock();
        state->call = nullptr;
        state->changed.notify_all();
        if (state->is_ending) {
            return;
        }
    }
}

} // namespace tactus::testing
