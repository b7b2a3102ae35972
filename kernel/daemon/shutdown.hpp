// SPDX-License-Identifier: MIT
// How the daemon ends, in under a second, or in 1.5 s if an output needs all its time:
//   1. inputs stop; nothing new comes in
//   2. what waits is dropped, or gets some time to leave when due ([safety] flush_limit)
//   3. every sounding note is switched off (shutdown_silence)
//   4. outputs stop when all of that was sent, or after a limit
//   5. a reload that waits is given up, the control sockets and the metrics page close, the loop
//      ends
// Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/daemon/methods/control_service.hpp"
#include "kernel/daemon/reload/reloader.hpp"
#include "kernel/daemon/reports/loss_report.hpp"
#include "kernel/daemon/shutdown_silence.hpp"
#include "kernel/daemon/sounding_service.hpp"
#include "kernel/daemon/status/metrics_service.hpp"
#include "kernel/daemon/supervisor_group.hpp"
#include "kernel/daemon/worker_stall_timer.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/loop/loop.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace tactus::daemon {

class shutdown {
public:
    static constexpr std::int64_t check_ns = 1'000'000; // how often a step looks whether it is done

    // The parts that end; all must outlive it.
    struct parts {
        const config::safety_settings& safety;
        loop::loop& loop;
        flow::ingress& ingress;
        const flow::fan_out& fan_out;
        flow::dispatcher& dispatcher;
        supervisor_group& inputs;
        supervisor_group& outputs;
        worker_stall_timer& stalls;
        loss_report& losses;
        metrics_service& pages;
        control_service& control;
        reloader& reloads;
        sounding_service& sounding;
        base::log& log;
    };
    explicit shutdown(const parts& of);
    shutdown(const shutdown&) = delete;
    shutdown& operator=(const shutdown&) = delete;
    ~shutdown() { of_.loop.disarm(timer_); }

    // The loop stops when all is done. Bounds: called once.
    void begin();

private:
    void begin_drain();
    void drain();
    void await_silence();
    void stop_outputs();
    void tell_what_may_sound();
    [[nodiscard]] std::string name_of(std::uint16_t output) const;
    [[nodiscard]] shutdown_silence::observer observe();
    void end();
    void arm(void (*fire)(coro::timer&) noexcept);
    [[nodiscard]] std::int64_t now_ns() const noexcept { return of_.loop.clock().now_ns(); }

    parts of_;
    shutdown_silence silence_;
    std::vector<std::size_t> in_doubt_; // by output, before the outputs ended
    std::set<std::uint16_t> told_;      // outputs of which the log says that notes may sound there
    coro::timer timer_;                 // of the present step
    std::int64_t drain_until_ns_ = 0;
};

} // namespace tactus::daemon
