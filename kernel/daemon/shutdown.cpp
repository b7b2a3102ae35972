// SPDX-License-Identifier: MIT
#include "kernel/daemon/shutdown.hpp"

namespace tactus::daemon {
namespace {

shutdown& owner(coro::timer& node) noexcept {
    return *static_cast<shutdown*>(node.owner);
}

} // namespace

shutdown::shutdown(const parts& of)
    : of_(of),
      silence_(of.dispatcher, shutdown_silence::log_to(of.log, [this](std::uint16_t output) {
                   return std::string(of_.fan_out.ports().output_name(output));
               })) {
    timer_.owner = this;
}

void shutdown::begin() {
    of_.reloads.cancel();
    of_.ingress.begin_stop();
    of_.inputs.stop([this] { begin_drain(); });
}

// Not earlier: what an input has taken off its socket is nowhere else any more.
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
    of_.dispatcher.silencer().drop_all(flow::dropped::stop);
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
    of_.sounding.finish();
    of_.outputs.stop([this] {
        of_.reloads.stop(
            [this] { of_.control.stop([this] { of_.pages.stop([this] { end(); }); }); });
    });
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
