// SPDX-License-Identifier: MIT
// The worker of one instance: started at the first use, joined at the end, or left behind while its
// thread hangs. The work for the instance's end waits until that thread has returned, since a
// plugin's work runs one at a time; then another thread does it. Threads: loop.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/host/worker/worker.hpp"
#include "kernel/host/worker/worker_signals.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace tactus::host {

class instance_worker {
public:
    // Both must outlive it.
    instance_worker(coro::reactor& reactor, const std::string& name) noexcept
        : reactor_(reactor), name_(name) {}

    // To be called before the first use; otherwise the worker only does work.
    void set_destination(const worker::destination& to) noexcept { to_ = to; }
    // Returns nullptr if the system gives no thread.
    [[nodiscard]] worker* find() {
        if (worker_ == nullptr) {
            try {
                worker_ = std::make_unique<worker>(reactor_, name_, to_);
            } catch (const std::system_error&) {
                return nullptr;
            }
        }
        return worker_.get();
    }
    // The same, where one must exist.
    [[nodiscard]] worker& get() {
        worker* const own = find();
        TACTUS_ASSERT(own != nullptr);
        return *own;
    }

    // Runs it on the thread; later, if the one that was left behind has not returned. Returns false
    // if the system gives no thread.
    [[nodiscard]] bool submit(const work_item& item) {
        if (is_left_behind_) {
            waiting_.push_back(item);
            return true;
        }
        worker* const runs = find();
        if (runs != nullptr) {
            runs->submit(item.fn, item.arg, item.done, item.done_arg);
        }
        return runs != nullptr;
    }
    // The thread that was left behind has returned. Returns false as above: then none of the
    // waiting work runs, and it still waits.
    bool come_back() {
        if (!waiting_.empty() && find() == nullptr) {
            return false;
        }
        is_left_behind_ = false;
        for (const work_item& each : std::exchange(waiting_, {})) {
            (void)submit(each);
        }
        return true;
    }

    // Since when a call into the plugin on its thread has been running; 0 = none.
    [[nodiscard]] std::int64_t busy_since_ns() const noexcept {
        return worker_ != nullptr ? worker_->busy_since_ns() : 0;
    }
    // The name of that call; nullptr if there was none.
    [[nodiscard]] const char* busy_in() const noexcept {
        return worker_ != nullptr ? worker_->busy_in() : nullptr;
    }
    // Since when its plugin has had no room for due events; 0 = it has some.
    [[nodiscard]] std::int64_t full_since_ns() const noexcept {
        return worker_ != nullptr ? worker_->full_since_ns() : 0;
    }
    void request_stop() noexcept {
        if (worker_ != nullptr) {
            worker_->request_stop();
        }
    }
    // Its thread has ended, or was never started.
    [[nodiscard]] bool has_ended() const noexcept {
        return worker_ == nullptr || worker_->has_ended();
    }
    // Blocks until the thread has ended.
    void join() {
        if (worker_ != nullptr) {
            worker_->join();
        }
    }
    // Leaves the thread behind; its rings are freed with it.
    void abandon() noexcept {
        if (worker_ != nullptr) {
            left_behind_ = worker_->abandon();
            worker_.reset();
            to_ = {}; // another thread would only do work
            was_left_behind_ = true;
            is_left_behind_ = true;
        }
    }
    // A thread that was left behind has not returned, or, after that, the other one is in a call.
    [[nodiscard]] bool hangs() const noexcept {
        return !left_behind_.expired() || (was_left_behind_ && busy_since_ns() != 0);
    }

private:
    coro::reactor& reactor_;
    const std::string& name_;
    worker::destination to_;
    std::unique_ptr<worker> worker_;
    std::weak_ptr<const void> left_behind_; // what such a thread still holds
    bool was_left_behind_ = false;
    bool is_left_behind_ = false;    // until come_back()
    std::vector<work_item> waiting_; // for that
};

} // namespace tactus::host
