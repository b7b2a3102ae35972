// SPDX-License-Identifier: MIT
// The methods that the control sockets answer (config/control.md): looks them up, checks their
// parameters, and does them. A method that changes something is logged with the user that asked.
// Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"
#include "kernel/control/methods.hpp"
#include "kernel/daemon/methods/explain_method.hpp"
#include "kernel/daemon/methods/operating_methods.hpp"
#include "kernel/daemon/methods/player.hpp"
#include "kernel/daemon/methods/send_methods.hpp"
#include "kernel/daemon/reload/instance_restart.hpp"
#include "kernel/daemon/reload/reloader.hpp"
#include "kernel/daemon/sounding_service.hpp"
#include "kernel/daemon/status/overview.hpp"
#include "kernel/daemon/tap/tap.hpp"

#include <functional>
#include <span>

namespace tactus::daemon {

class control_methods final : public control::methods {
public:
    // All must outlive it.
    struct parts {
        const config::loaded& configuration;
        const overview& whole;
        instance_restart& restart;
        coro::reactor& reactor;
        flow::ingress& ingress;
        flow::fan_out& fan_out;
        flow::dispatcher& dispatcher;
        sounding_service& sounding;
        base::log& log;
        tap& taps;
        const time::clock& clock;
        reloader& reloads;
        std::function<void()> request_stop;
    };
    explicit control_methods(const parts& of);

    // Static data.
    [[nodiscard]] static std::span<const control::method> listed() noexcept;
    [[nodiscard]] std::span<const control::method> all() const noexcept override {
        return listed();
    }
    [[nodiscard]] tactus::task<control::method_result> call(const control::method& which,
                                                            const control::params& with,
                                                            const control::caller& by) override;

    // Also while the daemon does not run.
    [[nodiscard]] control::method_result explain(const control::params& with);

private:
    struct handler;
    static const handler handlers[];

    [[nodiscard]] control::method_result hello(const control::params& with);
    [[nodiscard]] control::method_result tell_status(const control::params& with);
    [[nodiscard]] control::method_result send(const control::params& with);
    [[nodiscard]] control::method_result send_as_input(const control::params& with);
    [[nodiscard]] control::method_result take_back(const control::params& with);
    [[nodiscard]] control::method_result panic(const control::params& with);
    [[nodiscard]] control::method_result mute(const control::params& with);
    [[nodiscard]] control::method_result unmute(const control::params& with);
    [[nodiscard]] control::method_result restart(const control::params& with);
    [[nodiscard]] control::method_result set_log_level(const control::params& with);
    [[nodiscard]] control::method_result stop(const control::params& with);
    [[nodiscard]] tactus::task<control::method_result> tap(const control::params& with,
                                                           const control::caller& by);
    [[nodiscard]] tactus::task<control::method_result> outcome(const control::params& with,
                                                               const control::caller& by);
    [[nodiscard]] tactus::task<control::method_result> play(const control::params& with,
                                                            const control::caller& by);
    [[nodiscard]] tactus::task<control::method_result> reload(const control::params& with,
                                                              const control::caller& by);

    parts of_;
    explain_method explainer_;
    send_methods sender_;
    operating_methods operating_;
    player plays_;
};

} // namespace tactus::daemon
