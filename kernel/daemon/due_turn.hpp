// SPDX-License-Identifier: MIT
// The loop's first work in each turn: dispatches what is due, and resumes inputs that waited for
// room.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/reports/clock_report.hpp"
#include "kernel/daemon/reports/loss_report.hpp"
#include "kernel/daemon/status/down_times.hpp"
#include "kernel/daemon/status/recent_activity.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/host/backpressure_waiters.hpp"
#include "kernel/loop/loop.hpp"
#include "kernel/time/adaptive_lead.hpp"

#include <algorithm>
#include <cstdint>

namespace tactus::daemon {

class due_turn final : public loop::due_work {
public:
    // How often workers that have events are checked, until they have none.
    static constexpr std::int64_t stall_check_ns = 100'000'000;

    // All must outlive it; `stall_timer` is armed when a worker has something to do.
    due_turn(flow::dispatcher& dispatcher, flow::ingress& ingress, const flow::fan_out& fan_out,
             host::backpressure_waiters& waiters, coro::reactor& reactor, coro::timer& stall_timer,
             double spin_budget)
        : dispatcher_(dispatcher), ingress_(ingress), fan_out_(fan_out), waiters_(waiters),
          reactor_(reactor), stall_timer_(stall_timer), lead_(spin_budget) {
        report_due_.fire = [](coro::timer&) noexcept {}; // the turn's tidy() checks
    }
    due_turn(const due_turn&) = delete;
    due_turn& operator=(const due_turn&) = delete;
    ~due_turn() override { reactor_.disarm(report_due_); }

    // Checked at the end of turns; must outlive it. nullptr: not used.
    void set_report(loss_report* losses) noexcept { losses_ = losses; }
    // The same.
    void set_recent(recent_activity* recent) noexcept { recent_ = recent; }
    // The same.
    void set_downs(down_times* downs) noexcept { downs_ = downs; }
    // The same.
    void set_clock_report(clock_report* steps) noexcept { clock_report_ = steps; }

    void run_due(std::int64_t now_ns) noexcept override {
        dispatcher_.run_due(spin_until_due(now_ns));
        if (!stall_timer_.is_armed() && dispatcher_.account().in_flight() > 0) {
            reactor_.arm(stall_timer_, now_ns + stall_check_ns);
        }
    }
    void slept(std::int64_t for_ns) noexcept override {
        ingress_.slept(for_ns);
        if (clock_report_ != nullptr) {
            clock_report_->slept(for_ns, reactor_.clock().now_ns());
        }
    }
    [[nodiscard]] std::int64_t next_due_ns() const noexcept override {
        const std::int64_t due_ns = dispatcher_.next_due_ns();
        return dispatcher_.is_next_precise() ? due_ns - lead_.lead_ns() : due_ns;
    }
    // Handles room made in this turn, whether events were due or cancelled.
    bool tidy() noexcept override {
        const bool is_untidy = dispatcher_.tidy();
        if (!waiters_.is_empty()) {
            waiters_.look(fan_out_);
        }
        if (losses_ != nullptr) {
            losses_->check(reactor_.clock().now_ns()); // even if nothing was due
            await_report();
        }
        if (downs_ != nullptr) {
            downs_->turn_ended();
        }
        if (clock_report_ != nullptr) {
            clock_report_->check(reactor_.clock());
        }
        const bool has_more = recent_ != nullptr && recent_->turn_ended();
        return is_untidy || has_more;
    }

    void woke(std::int64_t awaited_ns, std::int64_t now_ns) noexcept override {
        const std::int64_t due_ns = dispatcher_.next_due_ns();
        if (dispatcher_.is_next_precise() && due_ns - lead_.lead_ns() == awaited_ns) {
            lead_.woke(due_ns, now_ns);
        }
    }

private:
    // Reports the last turn's losses even if the daemon is idle for hours after it.
    void await_report() noexcept {
        const std::int64_t wanted_ns = losses_->wanted_ns();
        if (wanted_ns == loss_report::never_ns) {
            reactor_.disarm(report_due_);
        } else if (!report_due_.is_armed() || report_due_.due_ns != wanted_ns) {
            reactor_.arm(report_due_, wanted_ns);
        }
    }
    // Spins until the next precise event, if it is within the lead. Returns the time then.
    [[nodiscard]] std::int64_t spin_until_due(std::int64_t now_ns) noexcept {
        return dispatcher_.is_next_precise()
                   ? lead_.spin(reactor_.clock(), dispatcher_.next_due_ns(), now_ns)
                   : now_ns;
    }

    flow::dispatcher& dispatcher_;
    flow::ingress& ingress_;
    const flow::fan_out& fan_out_;
    host::backpressure_waiters& waiters_;
    coro::reactor& reactor_;
    coro::timer& stall_timer_;
    coro::timer report_due_;
    time::adaptive_lead lead_;
    loss_report* losses_ = nullptr;
    recent_activity* recent_ = nullptr;
    down_times* downs_ = nullptr;
    clock_report* clock_report_ = nullptr;
};

} // namespace tactus::daemon
