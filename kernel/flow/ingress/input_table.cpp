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

result<std::uint16_t> input_table::put(std::uint16_t number, const input_settings& settings,
                                       const time::timebase& timebase) {
    if (number == inputs_max) {
        return fail(error_kind::limit, "There are more than 256 inputs.");
    }
    TACTUS_ASSERT(number == size() || inputs_.at(number)->is_removed);
    inputs_.resize(std::max(size(), number + std::size_t{1}));
    inputs_[number] = std::make_unique<inlet>(number, settings, timebase);
    return number;
}

void input_table::settle(const message& one, const outcome& end) noexcept {
    switch (end.is) {
    case outcome::kind::routed:
        ++inputs_[one.input]->ledger.received;
        ++inputs_[one.input]->ledger.routed;
        show(one, observed::received, 0);
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

void input_table::show(const message& one, observed what, std::uint8_t reason) const noexcept {
    if (!event_observers_.is_empty()) {
        observed_event seen = shown(one);
        seen.what = what;
        seen.reason = reason;
        event_observers_.tell(seen);
    }
}

void input_table::refuse(std::uint16_t input, rejected reason, std::uint64_t count) noexcept {
    inputs_[input]->ledger.received += count;
    inputs_[input]->ledger.rejected_by.add(reason, count);
    astray_ += reason == rejected::muted ? 0 : count;
}

void input_table::refuse(const message& one, rejected reason,
                         const codec::bad_argument* bad) noexcept {
    refuse(one.input, reason);
    show(one, observed::rejected, static_cast<std::uint8_t>(reason));
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

// Events filtered out by the configuration are not counted as refused_or_unrouted.
void input_table::leave_unrouted(const message& one, unrouted reason) noexcept {
    inlet& from = *inputs_[one.input];
    ++from.ledger.received;
    from.ledger.unrouted_by.add(reason);
    show(one, observed::unrouted, static_cast<std::uint8_t>(reason));
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
