// SPDX-License-Identifier: MIT
// Finds the events that were dropped, rejected or left unrouted without being shown one by one (a
// cancel, an eviction, a datagram that the system lost): the difference between the ledgers and the
// events shown. Therefore a tap accounts for each loss, of any cause. Threads: loop.
#pragma once

#include "kernel/flow/event_observer.hpp"
#include "kernel/flow/ledger.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tactus::daemon {

class unshown_losses {
public:
    // From now on, for so many inputs and outputs. `total` answers how often that happened in all:
    // total(observed, input or output, reason). Allocates.
    template <class Total>
    void begin(std::size_t inputs, std::size_t outputs, Total&& total) {
        inputs_.assign(inputs, {});
        outputs_.assign(outputs, {});
        for_each_sum([&](flow::observed what, std::size_t index, std::uint8_t reason,
                         std::uint64_t& sum) { sum = total(what, index, reason); });
    }
    // There are more of them now. Allocates.
    void resize(std::size_t inputs, std::size_t outputs) {
        inputs_.resize(std::max(inputs, inputs_.size()));
        outputs_.resize(std::max(outputs, outputs_.size()));
    }
    // It was shown. No allocation.
    void shown(const flow::observed_event& one) noexcept {
        if (one.what == flow::observed::dropped && one.output < outputs_.size()) {
            ++outputs_[one.output][one.reason];
        } else if (one.what == flow::observed::rejected && one.input < inputs_.size()) {
            ++inputs_[one.input][one.reason];
        } else if (one.what == flow::observed::unrouted && one.input < inputs_.size()) {
            ++inputs_[one.input][flow::rejected_names.size() + one.reason];
        }
    }
    // Calls use(observed_event, count) for each reason by which more were lost since the last call.
    template <class Total, class Use>
    void for_each(Total&& total, Use&& use) {
        for_each_sum(
            [&](flow::observed what, std::size_t index, std::uint8_t reason, std::uint64_t& sum) {
                const std::uint64_t now = total(what, index, reason);
                sum = now < sum ? 0 : sum; // another has that number now
                if (now > sum) {
                    flow::observed_event several;
                    several.what = what;
                    several.reason = reason;
                    (what == flow::observed::dropped ? several.output : several.input) =
                        static_cast<std::uint16_t>(index);
                    use(several, now - sum);
                    sum = now;
                }
            });
    }

private:
    // By reason; of an input, those of `rejected`, then those of `unrouted`.
    using input_sums =
        std::array<std::uint64_t, flow::rejected_names.size() + flow::unrouted_names.size()>;
    using output_sums = std::array<std::uint64_t, flow::dropped_names.size()>;

    template <class Visit>
    void for_each_sum(Visit&& visit) {
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            for (std::size_t r = 0; r < inputs_[i].size(); ++r) {
                const bool is_rejected = r < flow::rejected_names.size();
                const std::size_t reason = is_rejected ? r : r - flow::rejected_names.size();
                visit(is_rejected ? flow::observed::rejected : flow::observed::unrouted, i,
                      static_cast<std::uint8_t>(reason), inputs_[i][r]);
            }
        }
        for (std::size_t i = 0; i < outputs_.size(); ++i) {
            for (std::size_t r = 0; r < outputs_[i].size(); ++r) {
                visit(flow::observed::dropped, i, static_cast<std::uint8_t>(r), outputs_[i][r]);
            }
        }
    }

    std::vector<input_sums> inputs_;
    std::vector<output_sums> outputs_;
};

} // namespace tactus::daemon
