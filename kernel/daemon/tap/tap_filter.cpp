// SPDX-License-Identifier: MIT
#include "kernel/daemon/tap/tap_filter.hpp"

#include "kernel/codec/osc_message.hpp"
#include "kernel/flow/outcome_observer.hpp"

namespace tactus::daemon {
namespace {

bool has_address(const flow::observed_event& one, const codec::osc_pattern& wanted) noexcept {
    codec::osc_message message;
    return one.protocol == TACTUS_PROTO_OSC && !one.bytes.empty() &&
           codec::parse_message(one.bytes, message) == codec::osc_error::none &&
           wanted.matches(message.address);
}

} // namespace

bool tap_filter::takes(const flow::observed_event& one, const tap_names& names) const noexcept {
    const bool is_sent = one.what == flow::observed::sent;
    const bool is_lost = !is_sent && one.what != flow::observed::received;
    if (one.what == flow::observed::received && !with_received) {
        return false;
    }
    if (only_late || only_dropped) {
        const bool is_late = is_sent && late_ns(one) > flow::told_late_ns;
        if (!(only_late && is_late) && !(only_dropped && is_lost)) {
            return false;
        }
    }
    return (!input || name_at(names.inputs, one.input) == *input) &&
           (!output || name_at(names.outputs, one.output) == *output) &&
           (!address || has_address(one, *address));
}

} // namespace tactus::daemon
