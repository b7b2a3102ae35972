// SPDX-License-Identifier: MIT
// The stations that an event passes, and the time that they share, as the daemon has them. Each
// refers to those above it; they are destroyed from the last to the first. The header of each
// station describes its work. Threads: loop.
#pragma once

#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/time/clock.hpp"
#include "kernel/time/timebase.hpp"

#include <utility>

namespace tactus::daemon {

struct event_flow {
    // The clock must outlive it.
    event_flow(flow::timed_queue queue, const time::clock& clock)
        : timebase(clock), dispatcher(std::move(queue), clock), fan_out(dispatcher, clock),
          ingress(fan_out, dispatcher, timebase, clock) {}
    event_flow(const event_flow&) = delete;
    event_flow& operator=(const event_flow&) = delete;
    ~event_flow() = default;

    time::timebase timebase;
    flow::dispatcher dispatcher;
    flow::fan_out fan_out;
    flow::ingress ingress;
};

} // namespace tactus::daemon
