// SPDX-License-Identifier: MIT
#include "kernel/flow/ingress/input_table.hpp"

#include "kernel/base/assert.hpp"

#include <algorithm>

namespace tactus::flow {
namespace {

rejected column_of(codec::osc_error error) noexcept {
    const auto found =
        std::find(rejected_names.begin(), rejected_names.end(), codec::reason_of(error));
    TACTUS_ASSERT(found != rejected_names.end());
    return static_cast<rejected>(found - rejected_names.begin());
}

} // namespace

result<std::uint16_t> input_table::add(const input_settings& settings,
                                       const time::timebase& timebase) {
    if (inputs_.size() == inputs_max) {
        return fail(error_kind::limit, "There are more than 256 inputs.");
    }
    const auto added = static_cast<std::uint16_t>(inputs_.size());
    inputs_.push_back(std::make_unique<inlet>(added, settings, timebase));
    return added;
}

void input_table::settle(const message& one, const outcome& end) noexcept {
    switch (end.is) {
    case outcome::kind::routed:
        ++inputs_[one.input]->ledger.received;
        ++inputs_[one.input]->ledger.routed;
        break;
    case outcome::kind::rejected:
        refuse(one, end.refusal, end.bad);
        break;
    case outcome::kind::unrouted:
        leave_unrouted(one, end.stray);
        break;
    case outcome::kind::too_costly:
        refuse_osc(one, codec::osc_error::pattern_too_costly);
        break;
    }
}

void input_table::refuse(std::uint16_t input, rejected reason, std::uint64_t count) noexcept {
    inputs_[input]->ledger.received += count;
    inputs_[input]->ledger.rejected_by.add(reason, count);
    astray_ += count;
}

void input_table::refuse(const message& one, rejected reason,
                         const codec::bad_argument* bad) noexcept {
    refuse(one.input, reason);
    if (one.opens != nullptr) {
        one.opens->refused = reason;
    }
    if (outcome_observers_.is_empty()) {
        return;
    }
    event_outcome what;
    what.kind = outcome_kind::rejected;
    what.tag = one.packet->tag;
    what.reason = rejected_names[static_cast<std::size_t>(reason)];
    if (reason == rejected::unsupported_type && bad != nullptr) {
        what.bad = *bad;
    }
    outcome_observers_.tell(one.tag_owner(), what);
}

void input_table::refuse_osc(const message& one, codec::osc_error why) noexcept {
    refuse(one, column_of(why));
    if (observer_ != nullptr) {
        observer_->refused(one.input, why, one.bytes);
    }
}

// Events filtered out by the configuration are not counted as astray.
void input_table::leave_unrouted(const message& one, unrouted reason) noexcept {
    inlet& from = *inputs_[one.input];
    ++from.ledger.received;
    from.ledger.unrouted_by.add(reason);
    if (one.opens != nullptr) {
        one.opens->unrouted = reason;
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
    outcome_observers_.tell(one.tag_owner(), what);
}

} // namespace tactus::flow
