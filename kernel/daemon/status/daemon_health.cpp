// SPDX-License-Identifier: MIT
#include "kernel/daemon/status/daemon_health.hpp"

#include <cstddef>
#include <utility>

namespace tactus::daemon {
namespace {

template <class Instances>
const host::supervisor* hanging_in(const Instances& settings, const supervisor_group& group) {
    for (std::size_t i = 0; i < settings.size(); ++i) {
        if (settings[i].required && group.is_there(i)) {
            const host::supervisor& each = group.at(i);
            if (each.hanging() > 0 && !each.is_up()) {
                return &each;
            }
        }
    }
    return nullptr;
}

} // namespace

std::string daemon_health::look(std::int64_t now_ns) {
    if (is_stale(now_ns)) {
        return "Events that are due are not sent.";
    }
    const host::supervisor* const hanging = find_hanging();
    if (hanging == nullptr) {
        hanging_since_ns_ = 0;
        return {};
    }
    hanging_since_ns_ = hanging_since_ns_ == 0 ? now_ns : hanging_since_ns_;
    return now_ns - hanging_since_ns_ < hang_limit_ns
               ? ""
               : "\"" + hanging->what().who.name + "\" is required, and hangs.";
}

// An overloaded dispatcher is late too, but its queue moves.
bool daemon_health::is_stale(std::int64_t now_ns) {
    const queue_state now{of_.dispatcher.next_due_ns(), of_.dispatcher.queue().pending().events};
    const bool is_late = now_ns - stale_limit_ns > now.due_ns;
    const queue_state before = std::exchange(late_, is_late ? now : queue_state{});
    return is_late && before == now;
}

const host::supervisor* daemon_health::find_hanging() const {
    const host::supervisor* const found = hanging_in(of_.settings.inputs, of_.inputs);
    return found != nullptr ? found : hanging_in(of_.settings.outputs, of_.outputs);
}

} // namespace tactus::daemon
