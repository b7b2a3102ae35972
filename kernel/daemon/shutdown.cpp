// SPDX-License-Identifier: MIT
// How the daemon ends, in under a second:
//   1. inputs stop; nothing new comes in
//   2. what waits is dropped, or gets a while to leave in time ([safety] flush_limit)
//   3. every sounding note is switched off
//   4. outputs stop when all of that has left, or after a limit
//   5. the metrics page goes, the loop ends
#include "kernel/daemon/daemon.hpp"

#include <algorithm>

namespace tactus::daemon {
namespace {

constexpr std::int64_t look_ns = 1'000'000;
constexpr std::int64_t quiet_limit_ns = 200'000'000;

daemon& owner(coro::timer& node) noexcept {
    return *static_cast<daemon*>(node.owner);
}

} // namespace

void daemon::request_stop() {
    if (is_stopping_) {
        return;
    }
    is_stopping_ = true;
    log_.info("Stopping.");
    if (told_ != nullptr) {
        told_->stopping();
    }
    loop_.disarm(step_);
    ingress_.close();
    stop_all(inputs_, [this] { begin_drain(); });
}

void daemon::stop_all(std::vector<std::unique_ptr<host::supervisor>>& them,
                      const std::function<void()>& then) {
    still_running_ = them.size();
    if (them.empty()) {
        then();
    }
    for (const std::unique_ptr<host::supervisor>& each : them) {
        each->stop([this, then] {
            if (--still_running_ == 0) {
                then();
            }
        });
    }
}

void daemon::begin_drain() {
    const std::int64_t limit_ns = settings().safety.flush_limit_ns;
    step_deadline_ns_ = clock_.now_ns() + limit_ns;
    dispatcher_.run_due(clock_.now_ns()); // the last words of inputs: a clock's stop
    drain();
}

void daemon::drain() {
    if (dispatcher_.pending() > 0 && clock_.now_ns() < step_deadline_ns_) {
        arm(look_ns, [](coro::timer& node) noexcept { owner(node).drain(); });
        return;
    }
    dispatcher_.drop_all(flow::dropped::stop);
    step_deadline_ns_ = clock_.now_ns() + quiet_limit_ns;
    static_cast<void>(silence());
    await_quiet();
}

// False: nothing sounds, or the last time did not help. A small queue does not take all note-offs
// at once, and a worker may lose some.
bool daemon::silence() {
    const std::size_t left = dispatcher_.to_silence();
    if (!settings().safety.silence_on_stop || left == 0 || left >= left_to_silence_) {
        return false;
    }
    left_to_silence_ = left;
    for (std::size_t i = 0; i < dispatcher_.size(); ++i) {
        dispatcher_.silence(static_cast<std::uint16_t>(i), flow::silence_cause::stop);
    }
    return true;
}

void daemon::await_quiet() {
    const bool is_quiet = dispatcher_.pending() == 0 && dispatcher_.in_flight() == 0;
    if (clock_.now_ns() < step_deadline_ns_ && (!is_quiet || silence())) {
        arm(look_ns, [](coro::timer& node) noexcept { owner(node).await_quiet(); });
        return;
    }
    dispatcher_.drop_all(flow::dropped::stop);
    stop_outputs();
}

void daemon::stop_outputs() {
    stop_all(outputs_, [this] {
        if (served_ == nullptr || served_->size() == 0) {
            end();
            return;
        }
        served_->set_on_empty([](void* self) noexcept { static_cast<daemon*>(self)->end(); }, this);
        served_->request_stop();
    });
}

void daemon::end() {
    loop_.disarm(stall_watch_);
    losses_.finish(clock_.now_ns());
    log_.info("Stopped.");
    loop_.stop();
}

} // namespace tactus::daemon
