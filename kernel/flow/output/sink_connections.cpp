// SPDX-License-Identifier: MIT
#include "kernel/flow/output/sink_connections.hpp"

#include "kernel/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace tactus::flow {

void sink_connections::attach(std::uint16_t output, const output::connection& connection) {
    flow::output& to = of_.outputs[output];
    TACTUS_ASSERT(to.connected.sink == nullptr && connection.sink != nullptr);
    to.connected = connection;
    of_.queue.departures().set_ahead(output, connection.ahead_ns);
    resume(output);
}

void sink_connections::set_ahead(std::uint16_t output, std::int64_t ahead_ns) noexcept {
    of_.outputs[output].connected.ahead_ns = ahead_ns;
    of_.queue.departures().set_ahead(output, ahead_ns);
}

void sink_connections::detach(std::uint16_t output, dropped reason) noexcept {
    flow::output& from = of_.outputs[output];
    if (from.connected.sink == nullptr) {
        return;
    }
    of_.account.close(from, reason);
    from.connected.sink = nullptr; // what it takes is remembered for routing
    of_.sysex.leave(from, reason);
    of_.recovery.detached(from, reason == dropped::output_stalled);
    from.ports.clear();
    ports_changed(output);
}

void sink_connections::ports_changed(std::uint16_t output) noexcept {
    flow::output& of = of_.outputs[output];
    const bool is_up = of.ports.is_any_up();
    const std::int64_t now_ns = of_.clock.now_ns();
    const std::int64_t before_all_ns =
        std::min(now_ns, of_.queue.departures().next_due(output).value_or(now_ns) - 1);
    of_.recovery.ports_changed(of, before_all_ns);
    of_.channels.ports_changed(of, before_all_ns);
    if (!is_up) {
        resume(output); // a lost sink never becomes writable; due events are dropped
    } else if (!of.was_up) {
        release(output);
    }
    of.connects += is_up && !of.was_up ? 1 : 0;
    of.swept_ns = is_up ? of.swept_ns : output::never_swept_ns;
    of.was_up = is_up;
}

void sink_connections::hold(std::uint16_t output) noexcept {
    of_.outputs[output].is_held = true;
    of_.queue.departures().pause(output);
}

void sink_connections::release(std::uint16_t output) noexcept {
    if (std::exchange(of_.outputs[output].is_held, false)) {
        of_.queue.departures().resume(output);
    }
}

void sink_connections::resume(std::uint16_t output) noexcept {
    if (!of_.outputs[output].is_held) {
        of_.queue.departures().resume(output);
    }
}

found_port sink_connections::find_port(std::uint16_t output, std::uint32_t handle,
                                       const name_table& names) noexcept {
    flow::output& of = of_.outputs[output];
    name_answer if_none = name_answer::unknown;
    if (of.connected.sink != nullptr && of.ports.is_unknown(handle, names)) {
        if_none = of.connected.sink->want_port(names.text(handle));
    }
    return of.ports.look_up(handle, names,
                            if_none == name_answer::found ? name_answer::unknown : if_none);
}

} // namespace tactus::flow
