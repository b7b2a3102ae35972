// SPDX-License-Identifier: MIT
#include "kernel/loop/loop.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/base/lateness_bounds.hpp"
#include "kernel/base/thread_role.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace tactus::loop {

namespace {

// Tries to obtain what the loop needs, then releases it. libuv aborts if some of it is missing (the
// pipe behind its signals).
void require_descriptors() {
    std::array<std::array<int, 2>, loop::descriptors / 2> pipes{};
    std::size_t made = 0;
    while (made < pipes.size() && ::pipe(pipes[made].data()) == 0) {
        ++made;
    }
    const int why = errno;
    for (std::size_t i = 0; i < made; ++i) {
        ::close(pipes[i][0]);
        ::close(pipes[i][1]);
    }
    if (made < pipes.size()) {
        throw std::system_error(why, std::generic_category(),
                                "the event loop needs " + std::to_string(loop::descriptors) +
                                    " file descriptors (ulimit -n, LimitNOFILE of systemd)");
    }
}

} // namespace

loop::loop(const time::clock& clock)
    : clock_(clock), suspends_(clock), lag_(base::lateness_bounds_ns) {
    require_descriptors(); // before there is anything to close
    const int initialised = uv_loop_init(&uv_);
    TACTUS_ASSERT(initialised == 0);
    uv_loop_configure(&uv_, UV_METRICS_IDLE_TIME);
    hooks_ = std::make_unique<turn_hooks>(
        &uv_, [](void* owner) noexcept { static_cast<loop*>(owner)->turn(); }, this);
    deadline_ = std::make_unique<deadline_timer>(&uv_);
    waker_ = std::make_unique<loop_waker>(&uv_);
}

loop::~loop() {
    close_handles();
    while (uv_loop_close(&uv_) == UV_EBUSY) {
        uv_run(&uv_, UV_RUN_ONCE);
    }
}

void loop::close_handles() noexcept {
    deadline_->close();
    waker_->close();
    hooks_->close();
}

void loop::run() {
    const base::thread_role_holder held(base::thread_role::loop);
    uv_run(&uv_, UV_RUN_DEFAULT);
}

void loop::stop() noexcept {
    uv_stop(&uv_);
}

void loop::turn() noexcept {
    TACTUS_ASSERT(!is_turning_);
    is_turning_ = true;
    const std::int64_t slept_ns = suspends_.take_suspended_ns();
    if (slept_ns > 0) {
        ++suspends_seen_;
        if (due_work_ != nullptr) {
            due_work_->slept(slept_ns);
        }
    }
    run_due();
    posted_.run();
    deferred_.run();
    bool more = run_ready();
    if (due_work_ != nullptr) {
        more = due_work_->tidy() || more;
    }
    arm_deadline();
    hooks_->keep_awake(more || !deferred_.is_empty());
    is_turning_ = false;
}

// Events first: a timer's owner may take long, an event must not wait.
void loop::run_due() noexcept {
    const std::int64_t now_ns = clock_.now_ns();
    looked_at_ns_ = now_ns;
    if (now_ns >= awaited_ns_) {
        lag_.record(now_ns - awaited_ns_);
        if (due_work_ != nullptr) {
            due_work_->woke(awaited_ns_, now_ns);
        }
        awaited_ns_ = due_work::never_ns;
    }
    if (due_work_ != nullptr && due_work_->next_due_ns() <= now_ns) {
        due_work_->run_due(now_ns);
    }
    timers_.fire_due(now_ns);
}

bool loop::run_ready() noexcept {
    for (std::size_t i = 0; i < resumes_a_turn_max && ready_.run_one(); ++i) {
        run_due();
    }
    return !ready_.is_empty();
}

void loop::arm_deadline() noexcept {
    std::int64_t next_ns = due_work_ != nullptr ? due_work_->next_due_ns() : due_work::never_ns;
    if (const coro::timer* first = timers_.top()) {
        next_ns = std::min(next_ns, first->due_ns);
    }
    awaited_ns_ = std::max(next_ns, looked_at_ns_); // what was already due does not count as lag
    deadline_->arm(next_ns, suspends_.suspended_ns());
}

loop::statistics loop::read_statistics() const noexcept {
    statistics now;
    now.iterations = hooks_->polls();
    now.idle_ns = uv_metrics_idle_time(const_cast<uv_loop_t*>(&uv_)); // only read
    now.lag = lag_.take_snapshot();
    now.suspends = suspends_seen_;
    return now;
}

} // namespace tactus::loop
