// SPDX-License-Identifier: MIT
// What comes to a test_host from other threads than the loop's: the plugin's own, and its worker.
#include <tactus/testhost/host.hpp>

#include "tables.hpp"

#include <tactus/testhost/resources.hpp>

#include <algorithm>
#include <vector>

#include <poll.h>

namespace tactus::testing {

using namespace std::chrono_literals;

bool test_host::defer_foreign(std::function<void()> call) {
    if (is_on_loop()) {
        return false;
    }
    const std::lock_guard lock(posts_mutex_);
    foreign_calls_.push_back(std::move(call));
    return true;
}

bool test_host::run_foreign() {
    std::deque<std::function<void()>> taken;
    {
        const std::lock_guard lock(posts_mutex_);
        taken.swap(foreign_calls_);
    }
    for (const std::function<void()>& call : taken) {
        call();
    }
    return !taken.empty();
}

bool test_host::run_posted() {
    std::unique_lock lock(posts_mutex_);
    if (posts_.empty()) {
        return false;
    }
    const auto [run, argument] = posts_.front();
    posts_.pop_front();
    lock.unlock();
    call_plugin("a posted function", [run = run, argument = argument] { run(argument); });
    return true;
}

bool test_host::is_posted() {
    const std::lock_guard lock(posts_mutex_);
    return !posts_.empty() || !foreign_calls_.empty();
}

// The one that runs, or the first that waits.
test_host::pending_op* test_host::next_work() {
    const auto found = std::find_if(ops_.begin(), ops_.end(), [](const pending_op& each) {
        return each.kind == "work" && !each.is_ended;
    });
    return found == ops_.end() ? nullptr : &*found;
}

bool test_host::run_work() {
    pending_op* const next = next_work();
    if (next == nullptr || (is_work_held && !next->is_running)) {
        return false;
    }
    if (!next->is_running) {
        next->is_running = true;
        work_waited_ = 0ms;
        worker_.begin([run = next->run, argument = next->argument] { run(argument); });
    } else if (work_waited_ >= work_patience && !worker_.is_idle()) {
        return false;
    }
    call_plugin("work", [this] {
        for (; !worker_.wait_idle(1ms); work_waited_ += 1ms) {
            if (work_waited_ >= work_patience || is_posted()) {
                break; // it may wait for what it has posted
            }
        }
    });
    if (!worker_.is_idle()) {
        return run_foreign() || run_posted();
    }
    next->is_ended = true;
    return true;
}

tactus_status test_host::say_stopped_elsewhere(tactus_status status) {
    const std::lock_guard lock(posts_mutex_);
    if (stopped.has_value() || (!is_started && !is_starting)) {
        return TACTUS_E_CLOSED;
    }
    foreign_calls_.emplace_back([this, status] {
        if (stopped.has_value() || ends_elsewhere_.has_value()) {
            return;
        }
        ends_elsewhere_ = status;
        for (pending_op& each : ops_) {
            if (!each.is_ended && !each.is_running) {
                each.is_ended = true;
                each.status = TACTUS_E_CANCELED;
            }
        }
    });
    return TACTUS_OK;
}

tactus_status test_host::take_error(tactus_status status, std::string key, std::string text) {
    if (status >= 0) {
        breach("set_error was called with a status that is no error");
        return TACTUS_E_INVALID;
    }
    const auto take = [this](std::string& at, std::string& why) {
        error_key = std::move(at);
        error_text = std::move(why);
    };
    if (is_on_loop()) {
        take(key, text);
        return TACTUS_OK;
    }
    const std::lock_guard lock(posts_mutex_);
    if (stopped.has_value() || (!is_started && !is_starting)) {
        return TACTUS_E_CLOSED;
    }
    foreign_calls_.emplace_back([take, key, text]() mutable { take(key, text); });
    return TACTUS_OK;
}

// Whether something outside of the loop is under way: the worker, or another thread.
bool test_host::has_threads_at_work() {
    const bool is_at_work = !worker_.is_idle();
    const std::size_t ours = worker_.has_thread() ? 2 : 1;
    return is_at_work || resources::now().threads > ours;
}

// As the daemon does, which waits for a duplicate.
void test_host::find_closed(pending_op& waiting) {
    if (waiting.kind != "fd" || waiting.is_ended || file_of(waiting.fd) == waiting.file) {
        return;
    }
    breach("a descriptor was closed, or became another file, while an op of fd.wait waited for it");
    waiting.is_ended = true;
    waiting.status = TACTUS_E_INVALID;
}

void test_host::look_at_descriptors() {
    std::vector<pollfd> awaited;
    for (pending_op& each : ops_) {
        find_closed(each);
        if (each.kind == "fd" && !each.is_ended) {
            const int reads = (each.events & TACTUS_FD_READABLE) != 0 ? POLLIN : 0;
            const int writes = (each.events & TACTUS_FD_WRITABLE) != 0 ? POLLOUT : 0;
            awaited.push_back({each.fd, static_cast<short>(reads | writes), 0});
        }
    }
    static_cast<void>(::poll(awaited.data(), awaited.size(), 0));
    for (const pollfd& each : awaited) {
        if ((each.revents & ~POLLOUT) != 0) {
            make_ready(each.fd, TACTUS_FD_READABLE);
        }
        if ((each.revents & ~POLLIN) != 0) {
            make_ready(each.fd, TACTUS_FD_WRITABLE);
        }
    }
}

void test_host::await_stopped() {
    const auto end = std::chrono::steady_clock::now() + stop_patience;
    settle();
    while (is_started && !stopped.has_value() && !is_busy_) {
        const bool has_others = has_threads_at_work(); // asked before what they may have done
        look_at_descriptors();
        settle();
        if (!has_others || std::chrono::steady_clock::now() > end) {
            return;
        }
        if (worker_.wait_idle(500us)) {
            std::this_thread::sleep_for(500us);
        }
    }
}

} // namespace tactus::testing
