// SPDX-License-Identifier: MIT
// The methods that act on one input, output or route while the daemon runs: panic, mute, unmute and
// restart (config/control.md). Finds what a request names, and does it. Threads: loop.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/control/methods.hpp"
#include "kernel/daemon/reload/instance_restart.hpp"
#include "kernel/daemon/sounding_service.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::daemon {

class operating_methods {
public:
    // All must outlive it.
    struct parts {
        const config::settings& settings;
        flow::ingress& ingress;
        flow::fan_out& fan_out;
        flow::dispatcher& dispatcher;
        sounding_service& sounding;
        instance_restart& restart;
    };
    explicit operating_methods(const parts& of) noexcept : of_(of) {}

    [[nodiscard]] control::method_result panic(const control::params& with);
    [[nodiscard]] control::method_result mute(const control::params& with, bool is_muted);
    [[nodiscard]] control::method_result restart(const control::params& with);

private:
    enum class kind : std::uint8_t { input, output, route };
    struct target {
        kind is = kind::input;
        std::uint16_t index = 0;
    };
    // Errors: nothing has that name; the text lists the existing names.
    [[nodiscard]] result<target> find(std::string_view name, bool with_inputs,
                                      bool with_routes) const;
    [[nodiscard]] std::string names(bool with_inputs, bool with_routes) const;

    parts of_;
};

} // namespace tactus::daemon
