// SPDX-License-Identifier: MIT
// How the daemon ends, in under a second:
//   1. inputs stop; nothing new comes in
//   2. what waits is dropped, or gets some time to leave when due ([safety] flush_limit)
//   3. every sounding note is switched off (shutdown_silence)
//   4. outputs stop when all of that was sent, or after a limit
//   5. the metrics page closes, the loop ends
#include "kernel/daemon/daemon.hpp"

#include <algorithm>

namespace tactus::daemon {
namespace {

constexpr std::int64_t look_ns = 1'000'000;

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
    if (watcher_ != nullptr) {
        watcher_->stopping();
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
    dispatcher_.run_due(clock_.now_ns()); // the inputs' last events: a clock's stop
    drain();
}

void daemon::drain() {
    if (dispatcher_.pending() > 0 && clock_.now_ns() < step_deadline_ns_) {
        arm(look_ns, [](coro::timer& node) noexcept { owner(node).drain(); });
        return;
    }
    dispatcher_.drop_all(flow::dropped::stop);
    silence_.begin(clock_.now_ns(), settings().safety.silence_on_stop);
    await_silence();
}

void daemon::await_silence() {
    if (!silence_.step(clock_.now_ns())) {
        arm(look_ns, [](coro::timer& node) noexcept { owner(node).await_silence(); });
        return;
    }
    stop_outputs();
}

shutdown_silence::observer daemon::silence_report() {
    const auto name = [this](std::uint16_t output) {
        return base::kv("instance", fan_out_.ports().output_name(output));
    };
    return {[this, name](std::uint16_t output, std::size_t left) {
                log_.warning(
                    "The output is too slow for a note-off for each note; all notes of its "
                    "channels are ended together (CC 64, 123, 120).",
                    {name(output), base::kv("left", std::to_string(left))});
            },
            [this, name](std::uint16_t output, std::size_t left) {
                log_.error("Notes may still sound: the output did not accept note-offs in time.",
                           {name(output), base::kv("left", std::to_string(left))});
            }};
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
    std::uint64_t dropped = 0;
    for (std::uint16_t i = 0; i < dispatcher_.size(); ++i) {
        dropped += dispatcher_.dropped_for(i, flow::dropped::stop);
    }
    if (dropped == 0) {
        log_.info("Stopped.");
    } else {
        log_.info("Stopped.", {base::kv("dropped", dropped), base::kv("why", "not due yet")});
    }
    loop_.stop();
}

} // namespace tactus::daemon
