// SPDX-License-Identifier: MIT
// A bounded channel between threads, as the designs of the baseline use them: who finds it full
// waits. close() lets every waiter go.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace tactus::bench {

template <class T>
class thread_channel {
public:
    explicit thread_channel(std::size_t capacity) : capacity_(capacity) {}

    void push(T value) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return values_.size() < capacity_ || is_closed_; });
        values_.push_back(std::move(value));
        changed_.notify_all();
    }
    // nullopt: closed.
    std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !values_.empty() || is_closed_; });
        if (is_closed_) {
            return std::nullopt;
        }
        std::optional<T> first(std::move(values_.front()));
        values_.pop_front();
        changed_.notify_all();
        return first;
    }
    void close() {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
        changed_.notify_all();
    }

private:
    std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<T> values_;
    bool is_closed_ = false;
};

} // namespace tactus::bench
