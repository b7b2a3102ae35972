// SPDX-License-Identifier: MIT
#include "kernel/loop/job_pool.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/base/start_thread.hpp"

#include <mutex>
#include <string>
#include <system_error>

namespace tactus::loop {

job_pool::~job_pool() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        wake_.wake();
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

result<void> job_pool::begin() {
    threads_.reserve(threads_max);
    if (threads_.empty()) {
        try {
            add_thread();
        } catch (const std::system_error& refused) {
            return fail(error_kind::limit,
                        std::string("No thread for work beside the loop: ") + refused.what());
        }
    }
    return {};
}

void job_pool::start(coro::job& node) noexcept {
    TACTUS_ASSERT(!threads_.empty());
    bool has_idle = false;
    bool needs_thread = false;
    {
        const std::lock_guard lock(mutex_);
        node.impl = nullptr;
        if (last_ != nullptr) {
            last_->impl = &node;
        } else {
            first_ = &node;
        }
        last_ = &node;
        ++waiting_;
        has_idle = idle_ > 0;
        needs_thread = waiting_ > idle_;
    }
    if (has_idle) {
        wake_.wake();
    }
    if (needs_thread && threads_.size() < threads_max) {
        try {
            add_thread();
        } catch (const std::system_error&) { // the existing threads will run the job
        }
    }
}

// Throws std::system_error.
void job_pool::add_thread() {
    threads_.push_back(base::start_without_signals(
        base::thread_role::job, "tactus-job",
        [](void* self) { static_cast<job_pool*>(self)->run(); }, this));
}

void job_pool::run() noexcept {
    while (coro::job* const node = await_job()) {
        node->work(*node);
        reactor_.post(
            [](void* worked) noexcept {
                auto& job = *static_cast<coro::job*>(worked);
                job.done(job);
            },
            node);
    }
}

// Returns nullptr when the pool ends.
coro::job* job_pool::await_job() noexcept {
    while (true) {
        {
            const std::lock_guard lock(mutex_);
            if (is_over_) {
                return nullptr;
            }
            if (coro::job* const node = first_) {
                first_ = static_cast<coro::job*>(node->impl);
                last_ = first_ != nullptr ? last_ : nullptr;
                --waiting_;
                return node;
            }
            ++idle_;
        }
        wake_.wait();
        const std::lock_guard lock(mutex_);
        --idle_;
    }
}

} // namespace tactus::loop
