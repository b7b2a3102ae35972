// SPDX-License-Identifier: MIT
// The design that tactus replaces, in C++: two channels of size 1 from the caller to a vector under
// a mutex, and a thread that scans all of it every millisecond, holding the lock while it searches
// the port's name and sends. It is treated better than it was: due times are compared in
// nanoseconds, where the original rounded them to milliseconds.
#include "bench/baseline/design.hpp"
#include "bench/baseline/thread_channel.hpp"
#include "bench/measure.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

namespace tactus::bench {
namespace {

class replaced final : public design {
public:
    explicit replaced(outlet& to) : to_(to) {
        for (const std::string& name : port_names) {
            connections_[name] = &to_;
        }
        threads_.emplace_back([this] { pass_on(); });
        threads_.emplace_back([this] { take_in(); });
        threads_.emplace_back([this] { poll(); });
    }
    ~replaced() override {
        is_over_.store(true);
        outer_.close();
        inner_.close();
        for (std::thread& each : threads_) {
            each.join();
        }
    }

    void enqueue(std::vector<timed_event> events) override { outer_.push(std::move(events)); }
    [[nodiscard]] std::size_t taken() const override { return taken_.load(); }

private:
    void pass_on() {
        while (std::optional<std::vector<timed_event>> events = outer_.pop()) {
            inner_.push(std::move(*events));
        }
    }
    void take_in() {
        while (std::optional<std::vector<timed_event>> events = inner_.pop()) {
            const std::lock_guard lock(mutex_);
            for (timed_event& each : *events) {
                pending_.push_back(std::move(each));
            }
            taken_ += events->size();
        }
    }
    void poll() {
        while (!is_over_.load()) {
            {
                const std::lock_guard lock(mutex_);
                std::erase_if(pending_, [this](const timed_event& each) { return play(each); });
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    // True where it was due, and is done with.
    bool play(const timed_event& event) {
        if (now_ns() < event.due_ns) {
            return false;
        }
        auto found = connections_.find(event.port);
        if (found == connections_.end()) {
            found = std::find_if(connections_.begin(), connections_.end(), [&](const auto& each) {
                return each.first.find(event.port) != std::string::npos;
            });
        }
        if (found != connections_.end()) {
            found->second->send(event.due_ns, event.bytes.data(), event.bytes.size());
        }
        return true;
    }

    outlet& to_;
    std::map<std::string, outlet*> connections_;
    thread_channel<std::vector<timed_event>> outer_{1};
    thread_channel<std::vector<timed_event>> inner_{1};
    std::mutex mutex_; // guards pending_
    std::vector<timed_event> pending_;
    std::atomic<std::size_t> taken_{0}; // written by take_in, read by the load
    std::atomic<bool> is_over_{false};  // written by the destructor, read by poll
    std::vector<std::thread> threads_;
};

} // namespace

std::unique_ptr<design> make_replaced(outlet& to) {
    return std::make_unique<replaced>(to);
}

} // namespace tactus::bench
