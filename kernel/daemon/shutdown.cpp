// SPDX-License-Identifier: MIT
#include "kernel/daemon/shutdown.hpp"

#include <utility>

namespace tactus::daemon {
namespace {

shutdown& owner(coro::timer& node) noexcept {
    return *static_cast<shutdown*>(node.owner);
}

} // namespace

shutdown::shutdown(const parts& of) : of_(of), silence_(of.dispatcher, observe()) {
    timer_.owner = this;
}

std::string shutdown::name_of(std::uint16_t output) const {
    return std::string(of_.fan_out.ports().output_name(output));
}

shutdown_silence::observer shutdown::observe() {
    shutdown_silence::observer by =
        shutdown_silence::log_to(of_.log, [this](std::uint16_t output) { return name_of(output); });
    by.gave_up = [this, log = std::move(by.gave_up)](std::uint16_t output, std::size_t left) {
        told_.insert(output);
        log(output, left);
    };
    return by;
}

void shutdown::begin() {
    of_.reloads.cancel();
    of_.ingress.begin_stop();
    of_.inputs.stop([this] { begin_drain(); });
}

// Not earlier: the data that an input has taken off its socket is nowhere else any more.
void shutdown::begin_drain() {
    of_.ingress.close();
    drain_until_ns_ = now_ns() + of_.safety.flush_limit_ns;
    of_.dispatcher.run_due(now_ns()); // the inputs' last events: a clock's stop
    drain();
}

void shutdown::drain() {
    if (of_.dispatcher.queue().pending().events > 0 && now_ns() < drain_until_ns_) {
        arm([](coro::timer& node) noexcept { owner(node).drain(); });
        return;
    }
    of_.dispatcher.canceller().drop(flow::dropped::stop);
    silence_.begin(now_ns(), of_.safety.silence_on_stop);
    await_silence();
}

void shutdown::await_silence() {
    if (!silence_.step(now_ns())) {
        arm([](coro::timer& node) noexcept { owner(node).await_silence(); });
        return;
    }
    stop_outputs();
}

void shutdown::stop_outputs() {
    flow::dispatcher& all = of_.dispatcher;
    for (std::uint16_t i = 0; i < all.outputs().size(); ++i) {
        in_doubt_.push_back(all.outputs().is_there(i) ? all.sounding_count().possible(i) : 0);
    }
    all.note_recovery().begin_end();
    of_.outputs.stop([this] {
        tell_what_may_sound();
        of_.sounding.finish();
        of_.reloads.stop(
            [this] { of_.control.stop([this] { of_.pages.stop([this] { end(); }); }); });
    });
}

// The last events of an output may not have left if it was cut off; notes at one that is away were
// not ended at all.
void shutdown::tell_what_may_sound() {
    flow::dispatcher& all = of_.dispatcher;
    for (std::uint16_t i = 0; i < in_doubt_.size() && of_.safety.silence_on_stop; ++i) {
        const std::size_t left = all.outputs().is_there(i) ? all.sounding_count().possible(i) : 0;
        if (told_.count(i) == 0 &&
            (left > in_doubt_[i] || (left > 0 && all.sounding_count().is_certain(i)))) {
            shutdown_silence::log_gave_up(of_.log, name_of(i), left);
        }
    }
}

void shutdown::end() {
    of_.stalls.end();
    of_.losses.finish(now_ns());
    std::uint64_t dropped = 0;
    for (std::uint16_t i = 0; i < of_.dispatcher.outputs().size(); ++i) {
        if (of_.dispatcher.outputs().is_there(i)) {
            dropped += of_.dispatcher.account().dropped_for(i, flow::dropped::stop);
        }
    }
    if (dropped == 0) {
        of_.log.info(base::log_event::daemon_stopped, "Stopped.");
    } else {
        of_.log.info(base::log_event::daemon_stopped, "Stopped.",
                     {base::kv("dropped", dropped), base::kv("why", "not due yet")});
    }
    of_.loop.stop();
}

void shutdown::arm(void (*fire)(coro::timer&) noexcept) {
    timer_.fire = fire;
    of_.loop.arm(timer_, now_ns() + check_ns);
}

} // namespace tactus::daemon
