// SPDX-License-Identifier: MIT
#include "kernel/daemon/instance_set.hpp"

#include "kernel/daemon/translate_settings.hpp"

#include <utility>

namespace tactus::daemon {

result<std::uint16_t> instance_set::number_output(const config::output_settings& output,
                                                  const config::settings& all) {
    const result<std::uint16_t> added = of_.dispatcher.add_output(output_settings(output, all));
    if (added) {
        of_.dispatcher.connections().ports(*added).set_owner(
            of_.fan_out.names().intern(output.name));
    }
    return added;
}

result<std::uint16_t> instance_set::number_input(const config::input_settings& input) {
    return of_.ingress.add_input(input_settings(input));
}

host::supervisor_settings instance_set::output_supervisor(const config::settings& all,
                                                          std::uint16_t number,
                                                          host::catalog& catalog) {
    const config::output_settings& output = all.outputs[number];
    host::supervisor_settings what =
        supervisor_settings(output, {output.name, host::role::output, number}, catalog);
    what.stall_limit_ns = output.stall_limit_ns;
    what.is_needed = config::is_output_needed(all, number);
    return what;
}

host::supervisor_settings instance_set::input_supervisor(const config::settings& all,
                                                         std::uint16_t number,
                                                         host::catalog& catalog) {
    const config::input_settings& input = all.inputs[number];
    host::supervisor_settings what =
        supervisor_settings(input, {input.name, host::role::input, number}, catalog);
    what.is_needed = config::is_input_needed(all, number);
    return what;
}

void instance_set::add(host::supervisor_settings what) {
    if (what.who.plays == host::role::output) {
        of_.losses.add_output(what.who.index, what.who.name);
        outputs_.add(of_.services, std::move(what));
    } else {
        of_.losses.add_input(what.who.index, what.who.name);
        inputs_.add(of_.services, std::move(what));
    }
}

void instance_set::adjust(const config::settings& all) {
    for (std::uint16_t i = 0; i < all.outputs.size(); ++i) {
        if (!all.outputs[i].is_vacant()) {
            of_.dispatcher.change_output(i, output_settings(all.outputs[i], all));
        }
    }
    for (std::uint16_t i = 0; i < all.inputs.size(); ++i) {
        if (!all.inputs[i].is_vacant()) {
            of_.ingress.change_input(i, input_settings(all.inputs[i]));
        }
    }
}

void instance_set::set_handover(std::int64_t handover_ns) noexcept {
    of_.services.handover_ns = handover_ns;
    outputs_.for_each([=](host::supervisor& each) { each.set_handover(handover_ns); });
}

void instance_set::remove_output(std::uint16_t number) {
    of_.dispatcher.remove_output(number);
    of_.losses.remove_output(number);
    outputs_.remove(number);
}

void instance_set::remove_input(std::uint16_t number) {
    of_.ingress.remove_input(number);
    of_.losses.remove_input(number);
    inputs_.remove(number);
}

} // namespace tactus::daemon
