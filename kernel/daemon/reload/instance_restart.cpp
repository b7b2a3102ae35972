// SPDX-License-Identifier: MIT
#include "kernel/daemon/reload/instance_restart.hpp"

#include <algorithm>

namespace tactus::daemon {
namespace {

constexpr int runs_max = 64; // of the dispatcher: the ends leave before the output is held

} // namespace

instance_restart::instance_restart(const parts& of) : of_(of) {
    timer_.owner = this;
    timer_.fire = [](coro::timer& node) noexcept {
        static_cast<instance_restart*>(node.owner)->look();
    };
}

bool instance_restart::restart_input(std::uint16_t input) {
    return of_.inputs.restart(input);
}

bool instance_restart::restart_output(std::uint16_t output) {
    if (of_.outputs.at(output).current() != host::state::running) {
        return of_.outputs.restart(output);
    }
    const bool is_under_way = std::any_of(
        held_.begin(), held_.end(), [&](const held_output& each) { return each.output == output; });
    if (is_under_way) {
        return true;
    }
    flow::dispatcher& dispatcher = of_.dispatcher;
    dispatcher.silencer().end_notes_of(output, [](const flow::note_owner&) { return true; });
    for (int i = 0; i < runs_max && dispatcher.next_due_ns(output) <= now_ns(); ++i) {
        dispatcher.run_due(now_ns());
    }
    dispatcher.connections().hold(output);
    // Events that it was given ahead of their time: a driver keeps MIDI until it is due; OSC is
    // gone.
    const flow::output& to = dispatcher.outputs().at(output);
    const std::int64_t ahead_ns = to.takes(TACTUS_PROTO_MIDI) ? to.connected.ahead_ns : 0;
    held_.push_back({output, now_ns() + std::min(ahead_ns, drain_max_ns), now_ns() + drain_max_ns});
    look();
    return true;
}

void instance_restart::look() {
    std::erase_if(held_, [this](held_output& each) { return step(each); });
    if (!held_.empty()) {
        of_.reactor.arm(timer_, now_ns() + look_ns);
    }
}

bool instance_restart::step(held_output& one) {
    if (!one.is_stopping) {
        const bool has_sent =
            now_ns() >= one.sent_ns && of_.dispatcher.account().in_flight(one.output) == 0;
        if (has_sent || now_ns() >= one.until_ns) {
            of_.dispatcher.connections().hold(
                one.output); // again, if its port came up anew meanwhile
            one.is_stopping = true;
            one.until_ns = now_ns() + hold_max_ns;
            of_.outputs.restart(one.output);
        }
        return false;
    }
    if (now_ns() >= one.until_ns) {
        of_.dispatcher.connections().release(one.output);
    }
    return !of_.dispatcher.outputs().at(one.output).is_held; // also once its port is up
}

void instance_restart::cancel() noexcept {
    of_.reactor.disarm(timer_);
    for (const held_output& each : held_) {
        of_.dispatcher.connections().release(each.output);
    }
    held_.clear();
}

} // namespace tactus::daemon
