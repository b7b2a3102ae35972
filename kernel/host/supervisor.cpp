// SPDX-License-Identifier: MIT
#include "kernel/host/supervisor.hpp"

#include "kernel/base/assert.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace tactus::host {
namespace {

constexpr std::int64_t quiet_look_ns = 1'000'000;

supervisor& owner(coro::timer& node) noexcept {
    return *static_cast<supervisor*>(node.owner);
}

// A plugin's text, made to be followed by another sentence.
std::string as_sentence(std::string text) {
    return text.ends_with('.') || text.ends_with('!') || text.ends_with('?') ? text : text + ".";
}

} // namespace

supervisor::supervisor(const host_services& services, supervisor_settings what)
    : services_(services), what_(std::move(what)),
      back_off_(what_.restart_first_ns, what_.restart_max_ns, seed()), quarantine_(services),
      deadlines_(stop_grace_ns, std::min(what_.stall_limit_ns, stop_call_max_ns)) {
    timer_.owner = this;
}

// Instances that fail together must not come back together.
std::uint32_t supervisor::seed() const noexcept {
    return static_cast<std::uint32_t>(
        std::hash<std::string>{}(what_.who.name) ^
        static_cast<std::uint64_t>(services_.reactor.clock().now_ns()));
}

void supervisor::change(supervisor_settings what) {
    TACTUS_ASSERT(instance_ == nullptr && (state_ == state::idle || state_ == state::stopped));
    what_ = std::move(what);
    back_off_ = back_off(what_.restart_first_ns, what_.restart_max_ns, seed());
    deadlines_ = stop_deadlines(stop_grace_ns, std::min(what_.stall_limit_ns, stop_call_max_ns));
    last_error_.clear();
    is_cut_off_ = false;
    state_ = state::idle;
}

void supervisor::set_handover(std::int64_t handover_ns) noexcept {
    services_.handover_ns = handover_ns;
    if (instance_ != nullptr) {
        instance_->resources().set_handover(handover_ns);
    }
}

supervisor::~supervisor() {
    services_.reactor.disarm(timer_);
    TACTUS_ASSERT(instance_ == nullptr);
}

bool supervisor::is_up() const noexcept {
    if (instance_ == nullptr) {
        return false;
    }
    const bool is_portless_input =
        what_.who.plays == role::input && instance_->resources().ports().all().size() == 0;
    return instance_->resources().ports().all().is_any_up() ||
           (is_portless_input && state_ == state::running);
}

std::string supervisor::shortfall() const {
    if (!what_.is_needed) {
        return {};
    }
    if (state_ != state::running || instance_ == nullptr) {
        return last_error_.empty() ? "It does not run." : last_error_;
    }
    const std::string offline = instance_->resources().ports().offline();
    return !offline.empty() ? offline : is_up() ? "" : "Its port is not there.";
}

void supervisor::start() {
    if (!what_.is_needed) {
        services_.log.info(base::log_event::instance_unused,
                           "It is not opened, because no route names it.", {name_field(what_.who)});
        return;
    }
    open();
}

void supervisor::start_to_end_notes() {
    TACTUS_ASSERT(state_ == state::idle);
    services_.log.info(base::log_event::instance_unused,
                       "No route names it; it is open until the notes that sound there are ended.",
                       {name_field(what_.who)});
    open();
}

void supervisor::open() {
    started_ns_ = services_.reactor.clock().now_ns();
    const result<void> up = bring_up();
    if (up) {
        state_ = state::running;
        services_.state_changed();
        return;
    }
    failed(up.error().text);
}

result<void> supervisor::bring_up() {
    has_ended_ = false;
    deadlines_.reset();
    instance_ = std::make_unique<instance>(services_, what_.who,
                                           [this](tactus_status status) { ended(status); });
    instance_->watch_stalls(
        {what_.stall_limit_ns, [this](std::int64_t refused_ns) { takes_nothing(refused_ns); }});
    result<void> done = instance_->create(*what_.entry, *what_.descriptor);
    if (done) {
        done = instance_->configure(*what_.config);
    }
    if (done) {
        done = instance_->start();
    }
    return done;
}

// Before or in start: destroy() follows without stop().
void supervisor::failed(const std::string& why) {
    const std::string& key = instance_->last_error().key;
    last_error_ = (key.empty() ? "" : "Option \"" + key + "\": ") + why;
    ++past_.failures;
    instance_->said_stopped(TACTUS_E_INTERNAL);
}

// The instance has called stopped(), or never got that far.
void supervisor::ended(tactus_status status) {
    if (state_ == state::running && !is_cut_off_) {
        const plugin_error& said = instance_->last_error();
        last_error_ = status < 0 && said.status == status && !said.text.empty()
                          ? said.text
                          : "It has stopped by itself (status " + std::to_string(status) +
                                ") and gave no reason.";
    }
    has_ended_ = true;
    deadlines_.stopped(services_.reactor.clock().now_ns());
    clean_up();
}

// Its thread and its posted calls must end first; otherwise it is cut off.
void supervisor::clean_up() {
    if (instance_->is_quiet()) {
        past_.connections.add_past(instance_->connections());
        instance_->destroy();
        past_.calls += instance_->calls();
        instance_.reset();
    } else if (deadlines_.may_become_quiet(services_.reactor.clock().now_ns(), is_in_call())) {
        arm(quiet_look_ns, [](coro::timer& node) noexcept { owner(node).clean_up(); });
        return;
    } else {
        last_error_ = "It has stopped, but its thread is still running.";
        put_in_quarantine(flow::dropped::output_stalled);
    }
    if (state_ == state::stopping) {
        finish_stop();
    } else {
        degrade();
    }
}

void supervisor::degrade() {
    state_ = state::degraded;
    is_cut_off_ = false;
    services_.state_changed();
    if (std::exchange(is_restart_wanted_, false)) {
        arm(0, [](coro::timer& node) noexcept { owner(node).try_again(); });
        return;
    }
    const std::int64_t up_ns = services_.reactor.clock().now_ns() - started_ns_;
    const std::int64_t wait_ns = back_off_.next_ns(up_ns);
    const std::size_t hang = hanging();
    const bool is_held_back = hang >= hanging_max;
    const std::string next =
        is_held_back
            ? " " + std::to_string(hang) +
                  " of its threads hang; it is restarted when one returns. Check its device or "
                  "driver; if that does not help, restart the daemon."
            : " It is restarted in " + std::to_string(wait_ns / 1'000'000) + " ms.";
    services_.log.write(is_held_back ? base::log_level::error : base::log_level::warning,
                        base::log_event::instance_down,
                        "The instance is down: " + as_sentence(last_error_) + next,
                        {name_field(what_.who)});
    arm(wait_ns, [](coro::timer& node) noexcept { owner(node).try_again(); });
}

bool supervisor::restart() {
    if (state_ != state::running && state_ != state::degraded) {
        return false;
    }
    back_off_.reset();
    if (state_ == state::degraded) {
        services_.reactor.disarm(timer_);
        try_again();
        return true;
    }
    is_restart_wanted_ = true;
    if (!has_ended_ && !is_cut_off_) { // otherwise it is already stopping
        last_error_ = "It is being restarted.";
        is_cut_off_ = true;
        ask_to_stop();
    }
    return true;
}

// Checked only here whether a thread has returned: it notifies no one, the loop may be gone.
void supervisor::try_again() {
    if (hanging() >= hanging_max) {
        arm(back_off_.next_ns(0), [](coro::timer& node) noexcept { owner(node).try_again(); });
        return;
    }
    ++past_.restarts;
    open();
}

void supervisor::look_for_stall(std::int64_t now_ns, std::int64_t ran_since_ns) {
    if (instance_ == nullptr || state_ != state::running) {
        return;
    }
    name_full(now_ns);
    const std::int64_t since_ns = instance_->resources().worker().busy_since_ns();
    if (since_ns == 0 || now_ns - std::max(since_ns, ran_since_ns) <= what_.stall_limit_ns) {
        return;
    }
    ++past_.stalls;
    last_error_ = "A call into it has not returned for " +
                  std::to_string((now_ns - since_ns) / 1'000'000) + " ms; its thread is abandoned.";
    put_in_quarantine(flow::dropped::output_stalled);
    degrade();
}

// It is not cut off: a wire may be busy for long, and real-time messages may still pass.
void supervisor::name_full(std::int64_t now_ns) {
    const std::int64_t since_ns = instance_->resources().worker().full_since_ns();
    if (since_ns != full_since_ns_) {
        full_since_ns_ = since_ns;
        full_next_ns_ = full_named_after_ns;
    }
    if (since_ns == 0 || now_ns - since_ns < full_next_ns_ || !is_up()) {
        return;
    }
    full_next_ns_ = 2 * (now_ns - since_ns);
    services_.log.warning(
        base::log_event::output_full,
        "The output has had no room for due events: it waits until the plugin "
        "reports room.",
        {name_field(what_.who), base::kv("seconds", (now_ns - since_ns) / 1'000'000'000)});
}

// It runs, but takes nothing that is due: it is asked to stop, as at the end, and is restarted.
void supervisor::takes_nothing(std::int64_t refused_ns) {
    if (state_ != state::running || has_ended_ || is_cut_off_ || !is_up()) {
        return;
    }
    if (services_.dispatcher.next_due_ns(what_.who.index) > refused_ns) { // removed otherwise
        services_.dispatcher.connections().writable(what_.who.index); // retried at the next event
        return;
    }
    ++past_.stalls;
    last_error_ = "It has accepted no event for " +
                  std::to_string(what_.stall_limit_ns / 1'000'000) + " ms, although some are due.";
    is_cut_off_ = true;
    ask_to_stop();
}

supervisor_totals supervisor::totals() const noexcept {
    supervisor_totals all = past_;
    all.calls += quarantine_.calls();
    if (instance_ != nullptr) {
        all.calls += instance_->calls();
        all.connections.add_past(instance_->connections());
        all.connections.open = instance_->connections().open;
    }
    return all;
}

void supervisor::put_in_quarantine(flow::dropped reason) {
    instance_->quarantine(reason);
    services_.log.write(base::log_level::error, base::log_event::instance_cut_off,
                        "The instance hangs and is cut off. " + last_error_,
                        {name_field(what_.who)});
    past_.connections.add_past(instance_->connections());
    quarantine_.add(std::move(instance_));
}

void supervisor::stop(std::function<void()> stopped) {
    stopped_ = std::move(stopped);
    if (instance_ == nullptr) {
        finish_stop();
        return;
    }
    const bool must_ask = state_ == state::running && !has_ended_ && !is_cut_off_;
    state_ = state::stopping;
    if (must_ask) { // otherwise it is already stopping
        ask_to_stop();
    }
}

void supervisor::ask_to_stop() {
    deadlines_.asked(services_.reactor.clock().now_ns());
    arm(stop_grace_ns, [](coro::timer& node) noexcept { owner(node).grace_over(); });
    instance_->stop();
}

void supervisor::grace_over() {
    if (deadlines_.begin_second()) {
        instance_->resources().pending().cancel_all();
        arm(stop_grace_ns, [](coro::timer& node) noexcept { owner(node).grace_over(); });
        return;
    }
    const std::int64_t now_ns = services_.reactor.clock().now_ns();
    if (const std::int64_t left_ns = deadlines_.left_for_call_ns(now_ns, is_in_call());
        left_ns > 0) {
        arm(left_ns, [](coro::timer& node) noexcept { owner(node).grace_over(); });
        return;
    }
    last_error_ = "It did not stop in time.";
    put_in_quarantine(flow::dropped::output_stalled);
    state_ == state::stopping ? finish_stop() : degrade();
}

void supervisor::finish_stop() {
    services_.reactor.disarm(timer_);
    state_ = state::stopped;
    services_.state_changed();
    if (stopped_) {
        std::exchange(stopped_, nullptr)();
    }
}

void supervisor::arm(std::int64_t in_ns, void (*fire)(coro::timer&) noexcept) {
    timer_.fire = fire;
    services_.reactor.arm(timer_, services_.reactor.clock().now_ns() + in_ns);
}

} // namespace tactus::host
