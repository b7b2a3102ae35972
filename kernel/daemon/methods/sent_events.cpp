// SPDX-License-Identifier: MIT
#include "kernel/daemon/methods/sent_events.hpp"

#include <algorithm>

namespace tactus::daemon {

bool sending::is_begun() const noexcept {
    return std::any_of(outcomes.begin(), outcomes.end(), [](const sending::told& each) {
        return each.kind == flow::outcome_kind::sent || each.kind == flow::outcome_kind::late;
    });
}

void sending::expect(std::size_t deliveries) noexcept {
    expected = deliveries;
    if (outcomes.size() >= expected) {
        settled.set();
    }
}

sent_events::~sent_events() {
    fan_out_.set_outcome_observer(flow::outcome_observers::operator_owner, nullptr);
}

std::shared_ptr<sending> sent_events::begin() {
    if (sendings_.size() == sendings_max) {
        sendings_.front()->settled.set(); // nobody is told of it any more
        sendings_.erase(sendings_.begin());
    }
    auto made = std::make_shared<sending>();
    last_number_ = last_number_ == number_max ? 1 : last_number_ + 1;
    made->number = last_number_;
    made->outcomes.reserve(sending::outcomes_max);
    sendings_.push_back(made);
    fan_out_.set_outcome_observer(flow::outcome_observers::operator_owner, this);
    return made;
}

std::shared_ptr<sending> sent_events::find(std::uint32_t number) const noexcept {
    const auto found = std::find_if(sendings_.begin(), sendings_.end(),
                                    [number](const auto& each) { return each->number == number; });
    return found == sendings_.end() ? nullptr : *found;
}

void sent_events::rest() noexcept {
    const bool is_all_known = std::all_of(sendings_.begin(), sendings_.end(),
                                          [](const auto& each) { return each->settled.is_set(); });
    if (is_all_known) {
        fan_out_.set_outcome_observer(flow::outcome_observers::operator_owner, nullptr);
    }
}

// On the hot path: no allocation, since there is room for outcomes_max.
void sent_events::saw(const flow::event_outcome& what) noexcept {
    const std::shared_ptr<sending> of = find(what.tag);
    if (of == nullptr || of->is_taken_back || of->outcomes.size() == sending::outcomes_max) {
        return;
    }
    of->outcomes.push_back(told(what));
    if (of->expected > 0 && of->outcomes.size() >= of->expected) {
        of->settled.set();
    }
}

sending::told sent_events::told(const flow::event_outcome& what) noexcept {
    const bool is_of_output = what.output < dispatcher_.outputs().size();
    return {what, is_of_output ? dispatcher_.outputs().at(what.output).ports.owner() : 0};
}

std::string_view sent_events::output_name(const sending::told& of) const {
    return of.output_name == 0 ? std::string_view() : fan_out_.names().text(of.output_name);
}

} // namespace tactus::daemon
