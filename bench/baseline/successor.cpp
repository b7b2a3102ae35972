// SPDX-License-Identifier: MIT
// The successor that was proposed for the replaced design: a channel of 100, a min-heap, and one
// thread that wakes when something comes in, and else every 5 ms, to send what is due by then.
#include "bench/baseline/design.hpp"
#include "bench/baseline/thread_channel.hpp"
#include "bench/measure.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <thread>

namespace tactus::bench {
namespace {

constexpr auto tick = std::chrono::milliseconds(5);

struct later {
    bool operator()(const timed_event& left, const timed_event& right) const {
        return left.due_ns > right.due_ns;
    }
};

class successor final : public design {
public:
    explicit successor(outlet& to) : to_(to) {
        threads_.emplace_back([this] { take_in(); });
        threads_.emplace_back([this] { dispatch(); });
    }
    ~successor() override {
        {
            const std::lock_guard lock(mutex_);
            is_over_ = true;
            came_in_.notify_all();
        }
        inlet_.close();
        for (std::thread& each : threads_) {
            each.join();
        }
    }

    void enqueue(std::vector<timed_event> events) override { inlet_.push(std::move(events)); }
    [[nodiscard]] std::size_t taken() const override { return taken_.load(); }

private:
    void take_in() {
        while (std::optional<std::vector<timed_event>> events = inlet_.pop()) {
            const std::lock_guard lock(mutex_);
            for (timed_event& each : *events) {
                pending_.push(std::move(each));
            }
            taken_ += events->size();
            is_notified_ = true;
            came_in_.notify_one();
        }
    }
    void dispatch() {
        std::unique_lock lock(mutex_);
        auto next_tick = std::chrono::steady_clock::now() + tick;
        while (!is_over_) {
            if (!came_in_.wait_until(lock, next_tick, [&] { return is_notified_ || is_over_; })) {
                next_tick += tick;
            }
            is_notified_ = false;
            send_due(lock);
        }
    }
    // One at a time out of the heap; the lock is not held while it is sent.
    void send_due(std::unique_lock<std::mutex>& lock) {
        while (!pending_.empty() && pending_.top().due_ns <= now_ns()) {
            const timed_event event = pending_.top();
            pending_.pop();
            lock.unlock();
            to_.send(event.due_ns, event.bytes.data(), event.bytes.size());
            lock.lock();
        }
    }

    outlet& to_;
    thread_channel<std::vector<timed_event>> inlet_{100};
    std::mutex mutex_; // guards pending_, is_notified_, is_over_
    std::condition_variable came_in_;
    std::priority_queue<timed_event, std::vector<timed_event>, later> pending_;
    bool is_notified_ = false;
    bool is_over_ = false;
    std::atomic<std::size_t> taken_{0}; // written by take_in, read by the load
    std::vector<std::thread> threads_;
};

} // namespace

std::unique_ptr<design> make_successor(outlet& to) {
    return std::make_unique<successor>(to);
}

} // namespace tactus::bench
