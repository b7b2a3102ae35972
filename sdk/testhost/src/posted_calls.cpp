// SPDX-License-Identifier: MIT
#include "posted_calls.hpp"

namespace tactus::testing {

tactus_status posted_calls::post(function run, void* argument, std::size_t max) {
    const std::lock_guard lock(mutex_);
    if (is_closed_) {
        return TACTUS_E_CLOSED;
    }
    if (posts_.size() >= max) {
        return TACTUS_E_AGAIN;
    }
    posts_.emplace_back(run, argument);
    return TACTUS_OK;
}

void posted_calls::make_on_loop(std::function<void()> call) {
    if (gate_.is_on_loop()) {
        call();
        return;
    }
    const std::lock_guard lock(mutex_);
    deferred_.push_back(std::move(call));
}

bool posted_calls::defer(std::function<void()> call) {
    const std::lock_guard lock(mutex_);
    if (!is_closed_) {
        deferred_.push_back(std::move(call));
    }
    return !is_closed_;
}

void posted_calls::close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
}

bool posted_calls::is_empty() {
    const std::lock_guard lock(mutex_);
    return posts_.empty() && deferred_.empty();
}

bool posted_calls::run_one() {
    return run_deferred() || run_posted();
}

bool posted_calls::run_deferred() {
    std::deque<std::function<void()>> taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(deferred_);
    }
    for (const std::function<void()>& call : taken) {
        call();
    }
    return !taken.empty();
}

bool posted_calls::run_posted() {
    std::unique_lock lock(mutex_);
    if (posts_.empty()) {
        return false;
    }
    const auto [run, argument] = posts_.front();
    posts_.pop_front();
    lock.unlock();
    turns_.call_plugin("a posted function", [run = run, argument = argument] { run(argument); });
    return true;
}

} // namespace tactus::testing
