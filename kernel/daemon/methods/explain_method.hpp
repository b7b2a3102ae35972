// SPDX-License-Identifier: MIT
// The method `explain` (config/control.md): how each route would treat an event of an input, and
// why, as JSON. flow/route/route_explainer finds that out; this file has the words. Threads: loop.
#pragma once

#include "kernel/config/settings.hpp"
#include "kernel/control/event_json.hpp"
#include "kernel/control/methods.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/flow/route/route_explainer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tactus::daemon {

// Errors: invalid_params; the text lists the names there are. The number of the input or output.
[[nodiscard]] result<std::uint16_t, control::rpc_error>
find_named(const config::settings& all, bool is_input, const control::params& with);

class explain_method {
public:
    // All must outlive it.
    struct parts {
        const config::settings& settings;
        const flow::ingress& ingress;
        const flow::fan_out& fan_out;
        flow::dispatcher& dispatcher;
        const time::clock& clock;
    };
    explicit explain_method(const parts& of);

    // Errors: invalid_params (no such input, not an event).
    [[nodiscard]] control::method_result call(const control::params& with);

private:
    [[nodiscard]] std::string why_not(std::size_t route, const flow::message& one) const;
    [[nodiscard]] std::string mismatch_text(std::size_t route,
                                            const flow::event_filter::finding& found,
                                            const flow::message& one) const;
    void add_route(std::string& text, std::size_t route, const flow::explained_route* taken,
                   const flow::message& one) const;

    parts of_;
    flow::route_explainer explainer_;
};

} // namespace tactus::daemon
