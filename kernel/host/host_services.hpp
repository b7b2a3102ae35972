// SPDX-License-Identifier: MIT
// The services the host provides to an instance: made by the daemon, borrowed by all instances.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/host/backpressure_waiters.hpp"
#include "kernel/host/state_observer.hpp"
#include "kernel/host/watchdog/call_watch.hpp"
#include "kernel/host/watchdog/load_watch.hpp"
#include "kernel/time/timebase.hpp"

namespace tactus::host {

struct host_services {
    coro::reactor& reactor;
    const time::timebase& timebase;
    flow::ingress& ingress;
    flow::fan_out& fan_out;
    flow::dispatcher& dispatcher;
    backpressure_waiters& waiters;
    base::log& log;
    const char* version;                  // of the daemon
    std::int64_t handover_ns = 2'000'000; // how early a worker gets its events
    double spin_budget = 0;               // of a precise output's worker: share of a processor
    call_watch* calls = nullptr;          // notified of each call on the loop; may be nullptr
    bool is_probe = false;                // nothing is timed here, so no call holds anything up
    state_observer* states = nullptr;     // may be nullptr
    load_watch* load = nullptr;           // notified of the end of each call; may be nullptr

    void state_changed() const noexcept {
        if (states != nullptr) {
            states->state_changed();
        }
    }
};

} // namespace tactus::host
