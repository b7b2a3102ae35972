// SPDX-License-Identifier: MIT
// Reports by the ingress to observers of an input's events: refusals, which it also counts, and
// names that matched nothing.
#include "kernel/flow/ingress/ingress.hpp"

namespace tactus::flow {

void ingress::set_outcome_observer(std::uint16_t input, outcome_observer* who) noexcept {
    outcome_observers_.set(input, who);
    dispatcher_.outcomes().set_outcome_observers(
        outcome_observers_.is_empty() ? nullptr : &outcome_observers_);
}

std::string_view ingress::output_name(std::uint16_t output) const {
    const std::uint32_t handle = dispatcher_.ports(output).owner();
    return handle == 0 ? std::string_view() : names_.text(handle);
}

void ingress::refuse(const message& one, rejected reason) noexcept {
    refuse(one.input, reason);
    tell(one, outcome_kind::rejected, rejected_names[static_cast<std::size_t>(reason)]);
    if (opening_ != nullptr) {
        opening_->refused = reason;
    }
}

void ingress::give_up(const message& one, std::uint16_t output, dropped reason) noexcept {
    dispatcher_.enqueuer().refuse(output, reason);
    tell(one, outcome_kind::dropped, dropped_names[static_cast<std::size_t>(reason)], output);
}

// Events filtered out by the configuration are not counted as astray.
void ingress::leave_unrouted(const message& one, unrouted reason) noexcept {
    inlet& from = *inputs_[one.input];
    from.ledger.unrouted_by.add(reason);
    if (opening_ != nullptr) {
        opening_->unrouted = reason;
    }
    const bool is_for_name = reason >= unrouted::unknown_port;
    from.name_in_vain = is_for_name ? one.packet->port : from.name_in_vain;
    astray_ += reason == unrouted::filtered ? 0 : 1;
    if (outcome_observers_.is_empty()) {
        return;
    }
    event_outcome what;
    what.kind = outcome_kind::unrouted;
    what.tag = one.packet->tag;
    what.reason = unrouted_names[static_cast<std::size_t>(reason)];
    what.port = is_for_name ? one.packet->port : 0;
    outcome_observers_.tell(one.input, what);
}

void ingress::tell(const message& one, outcome_kind kind, std::string_view reason,
                   std::uint16_t output) const noexcept {
    if (outcome_observers_.is_empty()) {
        return;
    }
    event_outcome what;
    what.kind = kind;
    what.tag = one.packet->tag;
    what.reason = reason;
    what.output = output;
    if (reason == dropped_names[static_cast<std::size_t>(dropped::unsupported_type)]) {
        what.bad = bad_argument_;
    }
    outcome_observers_.tell(one.input, what);
}

} // namespace tactus::flow
