// SPDX-License-Identifier: MIT
#include "kernel/daemon/status/recent_activity.hpp"

#include <algorithm>

namespace tactus::daemon {
namespace {

template <class Counts>
void subtract(Counts& from, const Counts& earlier) noexcept {
    for (std::size_t i = 0; i < from.buckets.size(); ++i) {
        from.buckets[i] -= earlier.buckets[i];
    }
    from.count -= earlier.count;
    from.sum_ns -= earlier.sum_ns;
}

template <class Reason, std::size_t N>
flow::counts_by<Reason, N> difference(const flow::counts_by<Reason, N>& now,
                                      const flow::counts_by<Reason, N>& earlier) noexcept {
    flow::counts_by<Reason, N> since;
    for (std::size_t i = 0; i < N; ++i) {
        const auto reason = static_cast<Reason>(i);
        since.add(reason, now.of(reason) - earlier.of(reason));
    }
    return since;
}

} // namespace

recent_activity::recent_activity(coro::reactor& reactor, flow::dispatcher& dispatcher,
                                 const flow::ingress& ingress, const flow::fan_out& fan_out)
    : reactor_(reactor), dispatcher_(dispatcher), ingress_(ingress), fan_out_(fan_out) {
    timer_.owner = this;
    timer_.fire = [](coro::timer& node) noexcept {
        static_cast<recent_activity*>(node.owner)->is_taking_ = true; // at the end of this turn
    };
}

void recent_activity::begin() {
    begun_ns_ = now_ns();
    make_room();
    samples_[0].taken_ns = begun_ns_;
    taken_ = 1; // nothing was counted yet
}

void recent_activity::make_room() {
    for (sample& each : samples_) {
        each.inputs.resize(std::max(each.inputs.size(), ingress_.inputs()));
        each.outputs.resize(std::max(each.outputs.size(), dispatcher_.outputs().size()));
        each.routes.resize(fan_out_.routes().size());
    }
    next_row_ = 0; // rows have moved: a sample that is being taken begins again
}

void recent_activity::added_input(std::uint16_t input) {
    make_room();
    for (sample& each : samples_) {
        each.inputs[input] = {};
    }
}

void recent_activity::added_output(std::uint16_t output) {
    make_room();
    for (sample& each : samples_) {
        each.outputs[output] = {};
    }
}

void recent_activity::routes_changed() {
    make_room();
    for (sample& each : samples_) {
        for (std::size_t i = 0; i < each.routes.size(); ++i) {
            each.routes[i] = delivered(i);
        }
    }
}

std::uint64_t recent_activity::delivered(std::size_t route) const noexcept {
    return fan_out_.counts(static_cast<std::uint16_t>(route)).of(flow::route_result::delivered);
}

bool recent_activity::turn_ended() noexcept {
    if (is_taking_) {
        return take_slice();
    }
    if (!timer_.is_armed() && counted() != counted_) {
        const std::int64_t last_ns = samples_[(taken_ - 1) % samples_max].taken_ns;
        reactor_.arm(timer_, std::max(now_ns(), last_ns + sample_ns));
    }
    return false;
}

std::uint64_t recent_activity::counted() const noexcept {
    std::uint64_t sum = dispatcher_.queue().evicted();
    for (std::uint16_t i = 0; i < ingress_.inputs(); ++i) {
        sum += ingress_.at(i).ledger.received;
    }
    for (std::uint16_t i = 0; i < dispatcher_.outputs().size(); ++i) {
        const flow::output_ledger& ledger = dispatcher_.outputs().at(i).ledger;
        sum += ledger.accepted_by.total() + ledger.sent + ledger.dropped_by.total();
    }
    return sum;
}

bool recent_activity::take_slice() noexcept {
    sample& into = samples_[taken_ % samples_max];
    if (next_row_ == 0) {
        into.taken_ns = now_ns();
        counted_ = counted();
    }
    const std::size_t ends = into.inputs.size() + into.outputs.size();
    const std::size_t rows = ends + into.routes.size();
    const std::size_t end = std::min(rows, next_row_ + slice);
    for (; next_row_ < end; ++next_row_) {
        if (next_row_ < into.inputs.size()) {
            const auto input = static_cast<std::uint16_t>(next_row_);
            into.inputs[input] = ingress_.at(input).ledger;
            continue;
        }
        if (next_row_ >= ends) {
            into.routes[next_row_ - ends] = delivered(next_row_ - ends);
            continue;
        }
        const auto output = static_cast<std::uint16_t>(next_row_ - into.inputs.size());
        const flow::output_snapshot now = dispatcher_.account().take_snapshot(output);
        into.outputs[output] = {now.ledger, now.lateness};
    }
    if (next_row_ < rows) {
        return true;
    }
    next_row_ = 0;
    is_taking_ = false;
    ++taken_;
    return false;
}

const recent_activity::sample& recent_activity::before(std::int64_t span_ns) const noexcept {
    const std::size_t kept = std::min(taken_, samples_max - 1); // one may be being overwritten
    const std::int64_t from_ns = now_ns() - span_ns;
    std::size_t found = taken_ - 1;
    while (found > taken_ - kept && samples_[found % samples_max].taken_ns > from_ns) {
        --found;
    }
    return samples_[found % samples_max];
}

double recent_activity::per_second(std::uint64_t count) const noexcept {
    const std::int64_t span_ns = std::clamp(now_ns() - begun_ns_, sample_ns, rate_ns);
    return static_cast<double>(count) * 1e9 / static_cast<double>(span_ns);
}

input_activity recent_activity::of_input(std::size_t index, const flow::input_snapshot& now) const {
    const flow::input_ledger& earlier = before(minute_ns).inputs[index];
    return {per_second(now.ledger.received - before(rate_ns).inputs[index].received),
            difference(now.ledger.rejected_by, earlier.rejected_by),
            difference(now.ledger.unrouted_by, earlier.unrouted_by)};
}

output_activity recent_activity::of_output(std::size_t index,
                                           const flow::output_snapshot& now) const {
    const output_counts& earlier = before(minute_ns).outputs[index];
    output_activity since{per_second(now.ledger.sent - before(rate_ns).outputs[index].ledger.sent),
                          difference(now.ledger.dropped_by, earlier.ledger.dropped_by),
                          now.lateness};
    subtract(since.lateness, earlier.lateness);
    return since;
}

double recent_activity::of_route(std::size_t index) const {
    return per_second(delivered(index) - before(rate_ns).routes[index]);
}

} // namespace tactus::daemon
