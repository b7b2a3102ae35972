// SPDX-License-Identifier: MIT
#include "kernel/daemon/reload/reload_steps.hpp"

#include <algorithm>
#include <utility>

namespace tactus::daemon {
namespace {

// An end that must follow what was sent ahead of its time is due this much later.
constexpr std::int64_t freeze_margin_ns = 2'000;

reload_steps& owner(coro::timer& node) noexcept {
    return *static_cast<reload_steps*>(node.owner);
}

std::vector<std::uint16_t> numbers_of(const std::vector<host::supervisor_settings>& all) {
    std::vector<std::uint16_t> numbers;
    for (const host::supervisor_settings& each : all) {
        numbers.push_back(each.who.index);
    }
    return numbers;
}

shutdown_silence::observer silence_report(const reload_steps::parts& of) {
    return shutdown_silence::log_to(of.log, [&instances = of.instances](std::uint16_t output) {
        return instances.outputs().at(output).what().who.name;
    });
}

} // namespace

reload_steps::reload_steps(const parts& of)
    : of_(of), removed_(of.dispatcher, silence_report(of)),
      restarted_(of.dispatcher, silence_report(of)) {
    timer_.owner = this;
}

void reload_steps::cancel() noexcept {
    of_.reactor.disarm(timer_);
    for (const opened_output& each : std::exchange(opened_, {})) {
        of_.dispatcher.queue().departures().thaw(each.number);
    }
    for (const std::uint16_t number : std::exchange(stopping_, {})) {
        of_.dispatcher.queue().departures().thaw(number);
    }
    then_ = nullptr;
}

void reload_steps::stop_inputs(const plan& what, std::function<void()> then) {
    then_ = std::move(then);
    inputs_running_ = 1; // this call
    const auto stop = [this](std::uint16_t number) {
        ++inputs_running_;
        of_.instances.inputs().at(number).stop([this] { input_stopped(); });
    };
    std::for_each(what.removed_inputs.begin(), what.removed_inputs.end(), stop);
    for (const host::supervisor_settings& each : what.restarted_inputs) {
        stop(each.who.index);
    }
    input_stopped();
}

void reload_steps::input_stopped() {
    if (--inputs_running_ == 0 && then_ != nullptr) {
        std::exchange(then_, nullptr)();
    }
}

void reload_steps::open_early(const plan& what) {
    early_.clear();
    for (const host::supervisor_settings& each : what.opened_outputs) {
        if (!is_in_the_way(what, each)) {
            early_.push_back(each.who.index);
            open(each.who.index);
        }
    }
}

// Two of a type may want the same port.
bool reload_steps::is_in_the_way(const plan& what, const host::supervisor_settings& of) const {
    const auto is_alike = [&](const host::supervisor_settings& other) {
        return other.descriptor == of.descriptor;
    };
    return std::any_of(what.restarted_outputs.begin(), what.restarted_outputs.end(), is_alike) ||
           std::any_of(what.removed_outputs.begin(), what.removed_outputs.end(),
                       [&](std::uint16_t number) {
                           return is_alike(of_.instances.outputs().at(number).what());
                       });
}

// Events for it wait until it is up.
void reload_steps::open(std::uint16_t output) {
    of_.dispatcher.queue().departures().freeze(output, now_ns());
    start(output);
}

void reload_steps::start(std::uint16_t output) {
    of_.instances.outputs().at(output).start();
    opened_.push_back({output, now_ns() + up_limit_ns});
}

void reload_steps::thaw_opened() {
    const std::int64_t here_ns = now_ns();
    std::erase_if(opened_, [this, here_ns](const opened_output& each) {
        const host::supervisor& of = of_.instances.outputs().at(each.number);
        const bool is_thawed = !of.what().is_needed || of.is_up() || here_ns >= each.until_ns;
        if (is_thawed) {
            of_.dispatcher.queue().departures().thaw(each.number);
        }
        return is_thawed;
    });
}

void reload_steps::begin(plan what, std::function<void()> then) {
    plan_ = std::move(what);
    then_ = std::move(then);
    const std::int64_t here_ns = now_ns();
    for (const host::supervisor_settings& each : plan_.restarted_outputs) {
        of_.dispatcher.queue().departures().freeze(each.who.index, here_ns + freeze_margin_ns);
        stopping_.push_back(each.who.index);
    }
    for (const std::uint16_t number : plan_.removed_outputs) {
        of_.dispatcher.canceller().drop(number, flow::dropped::output_removed,
                                        flow::keep::critical);
    }
    constexpr flow::silence_cause cause = flow::silence_cause::reload;
    removed_.begin(here_ns, {plan_.removed_outputs, true, cause, flow::dropped::output_removed});
    restarted_.begin(here_ns, {numbers_of(plan_.restarted_outputs), true, cause, std::nullopt});
    outputs_running_ = plan_.removed_outputs.size() + plan_.restarted_outputs.size();
    look();
}

// 2. Every millisecond: a silence needs that, too.
void reload_steps::look() {
    thaw_opened();
    const bool is_silent = removed_.step(now_ns());
    if (restarted_.step(now_ns()) && is_silent) {
        stop_outputs();
        return;
    }
    arm([](coro::timer& node) noexcept { owner(node).look(); });
}

void reload_steps::stop_outputs() {
    const auto stop = [this](std::uint16_t number) {
        of_.dispatcher.note_recovery().settle(number);
        of_.instances.outputs().at(number).stop([this] { --outputs_running_; });
    };
    std::for_each(plan_.removed_outputs.begin(), plan_.removed_outputs.end(), stop);
    for (const host::supervisor_settings& each : plan_.restarted_outputs) {
        stop(each.who.index);
    }
    await_stopped();
}

void reload_steps::tell_stopped(std::uint16_t output) {
    if (of_.output_stopped) {
        of_.output_stopped(output, of_.instances.outputs().at(output).what().who.name);
    }
}

void reload_steps::await_stopped() {
    thaw_opened();
    if (outputs_running_ > 0) {
        arm([](coro::timer& node) noexcept { owner(node).await_stopped(); });
        return;
    }
    for (const std::uint16_t number : plan_.removed_outputs) {
        of_.dispatcher.canceller().drop(number, flow::dropped::output_removed, flow::keep::nothing);
        tell_stopped(number);
        of_.removing(host::role::output, number);
        of_.instances.remove_output(number);
    }
    for (const std::uint16_t number : plan_.removed_inputs) {
        of_.removing(host::role::input, number);
        of_.instances.remove_input(number);
    }
    start_outputs();
}

// 3.
void reload_steps::start_outputs() {
    stopping_.clear();
    for (host::supervisor_settings& each : plan_.restarted_outputs) {
        const std::uint16_t number = each.who.index;
        tell_stopped(number);
        of_.instances.outputs().at(number).change(std::move(each));
        start(number);
    }
    for (const host::supervisor_settings& each : plan_.opened_outputs) {
        if (std::find(early_.begin(), early_.end(), each.who.index) == early_.end()) {
            open(each.who.index);
        }
    }
    await_outputs();
}

void reload_steps::await_outputs() {
    thaw_opened();
    if (!opened_.empty()) {
        arm([](coro::timer& node) noexcept { owner(node).await_outputs(); });
        return;
    }
    start_inputs();
}

// 4.
void reload_steps::start_inputs() {
    supervisor_group& inputs = of_.instances.inputs();
    for (host::supervisor_settings& each : plan_.restarted_inputs) {
        const std::uint16_t number = each.who.index;
        inputs.at(number).change(std::move(each));
        inputs.at(number).start();
    }
    for (const host::supervisor_settings& each : plan_.opened_inputs) {
        inputs.at(each.who.index).start();
    }
    std::exchange(then_, nullptr)();
}

void reload_steps::arm(void (*fire)(coro::timer&) noexcept) {
    timer_.fire = fire;
    of_.reactor.arm(timer_, now_ns() + check_ns);
}

} // namespace tactus::daemon
