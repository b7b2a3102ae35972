// SPDX-License-Identifier: MIT
// The inputs and outputs of the daemon. Each has a number, by which it is found everywhere: in the
// flow, among the supervisors, in the settings and in the loss report; here it gets and loses its
// places together. Has the supervisors; whether an instance runs is its supervisor's business.
// Threads: loop.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/daemon/reports/loss_report.hpp"
#include "kernel/daemon/supervisor_group.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/host/host_services.hpp"
#include "kernel/host/loading/catalog.hpp"

#include <cstdint>

namespace tactus::daemon {

class instance_set {
public:
    // All must outlive it.
    struct parts {
        flow::ingress& ingress;
        flow::fan_out& fan_out;
        flow::dispatcher& dispatcher;
        loss_report& losses;
        host::host_services& services;
    };
    explicit instance_set(const parts& of) : of_(of) {}

    // Gives it a number in the flow. `all`: the settings that it is from. Errors: limit.
    [[nodiscard]] result<std::uint16_t> number_output(const config::output_settings& output,
                                                      const config::settings& all);
    [[nodiscard]] result<std::uint16_t> number_input(const config::input_settings& input);
    // Gives that number back. Bounds: nothing has come to it yet.
    void return_output(std::uint16_t number) noexcept { of_.dispatcher.remove_output(number); }
    void return_input(std::uint16_t number) noexcept { of_.ingress.remove_input(number); }

    // The data that its supervisor needs to begin. Bounds: `all` are numbered as the flow is, must
    // outlive the supervisor's instances, and were checked against this catalog.
    [[nodiscard]] static host::supervisor_settings
    output_supervisor(const config::settings& all, std::uint16_t number, host::catalog& catalog);
    [[nodiscard]] static host::supervisor_settings
    input_supervisor(const config::settings& all, std::uint16_t number, host::catalog& catalog);
    // Its supervisor, which is not started, and its row. Bounds: it has a number in the flow.
    void add(host::supervisor_settings what);

    // The flow takes its new settings; then configure the fan-out.
    void adjust(const config::settings& all);

    // How early workers get their events, from now on.
    void set_handover(std::int64_t handover_ns) noexcept;

    // Bounds: it has stopped, and no route leads there.
    void remove_output(std::uint16_t number);
    void remove_input(std::uint16_t number);

    [[nodiscard]] supervisor_group& inputs() noexcept { return inputs_; }
    [[nodiscard]] const supervisor_group& inputs() const noexcept { return inputs_; }
    [[nodiscard]] supervisor_group& outputs() noexcept { return outputs_; }
    [[nodiscard]] const supervisor_group& outputs() const noexcept { return outputs_; }
    // An instance of it hangs forever.
    [[nodiscard]] bool has_quarantine() const noexcept {
        return outputs_.has_quarantine() || inputs_.has_quarantine();
    }

private:
    parts of_;
    supervisor_group outputs_;
    supervisor_group inputs_;
};

} // namespace tactus::daemon
