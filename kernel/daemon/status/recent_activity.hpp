// SPDX-License-Identifier: MIT
// The activity of the last seconds and the last minute, for `status`: samples of the flow's
// counters, about a second apart. A sample is made only if something was counted since the last
// one; the timer for it is armed at the end of such a turn. Therefore an idle daemon does not wake
// up. Costs a sum a turn, and nothing per event. Many inputs and outputs are sampled in slices, a
// turn each. No allocation after begin(). Threads: loop.
#pragma once

#include "kernel/base/histogram.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tactus::daemon {

// The counts are of the last minute.
struct input_activity {
    double received_per_s = 0;
    flow::counts_by<flow::rejected, flow::rejected_names.size()> rejected_by;
    flow::counts_by<flow::unrouted, flow::unrouted_names.size()> unrouted_by;
};
struct output_activity {
    double sent_per_s = 0;
    flow::counts_by<flow::dropped, flow::dropped_names.size()> dropped_by;
    base::histogram::snapshot lateness;
};

class recent_activity {
public:
    static constexpr std::int64_t sample_ns = 1'000'000'000;
    static constexpr std::int64_t minute_ns = 60'000'000'000;
    static constexpr std::int64_t rate_ns = 5'000'000'000; // rates are the mean of this span
    static constexpr std::size_t samples_max = 62;
    static constexpr std::size_t slice = 16; // inputs and outputs

    // All must outlive it.
    recent_activity(coro::reactor& reactor, flow::dispatcher& dispatcher,
                    const flow::ingress& ingress, const flow::fan_out& fan_out);
    recent_activity(const recent_activity&) = delete;
    recent_activity& operator=(const recent_activity&) = delete;
    ~recent_activity() { reactor_.disarm(timer_); }

    // All inputs and outputs are there now. Allocates.
    void begin();
    // A reload has added them: counts of the instances that had their numbers before do not apply.
    // Allocates.
    void added_input(std::uint16_t input);
    void added_output(std::uint16_t output);
    // A reload has changed the routes: their rates begin anew. Allocates.
    void routes_changed();
    // To be called at the end of each turn. Returns true if another turn should follow.
    bool turn_ended() noexcept;

    // `now`: the counts until now.
    [[nodiscard]] input_activity of_input(std::size_t index, const flow::input_snapshot& now) const;
    [[nodiscard]] output_activity of_output(std::size_t index,
                                            const flow::output_snapshot& now) const;
    // Messages that the route delivered, as a rate. Bounds: its number.
    [[nodiscard]] double of_route(std::size_t index) const;

private:
    struct output_counts {
        flow::output_ledger ledger;
        base::histogram::snapshot lateness;
    };
    struct sample {
        std::int64_t taken_ns = 0;
        std::vector<flow::input_ledger> inputs;
        std::vector<output_counts> outputs;
        std::vector<std::uint64_t> routes; // delivered
    };

    void make_room();
    [[nodiscard]] std::uint64_t delivered(std::size_t route) const noexcept;
    [[nodiscard]] std::uint64_t counted() const noexcept;
    [[nodiscard]] bool take_slice() noexcept;
    // The last one from before that span.
    [[nodiscard]] const sample& before(std::int64_t span_ns) const noexcept;
    [[nodiscard]] double per_second(std::uint64_t count) const noexcept;
    [[nodiscard]] std::int64_t now_ns() const noexcept { return reactor_.clock().now_ns(); }

    coro::reactor& reactor_;
    flow::dispatcher& dispatcher_;
    const flow::ingress& ingress_;
    const flow::fan_out& fan_out_;
    std::int64_t begun_ns_ = 0;
    std::array<sample, samples_max> samples_; // a ring
    std::size_t taken_ = 0;                   // whole samples, ever
    std::size_t next_row_ = 0;                // of the sample that is being taken
    bool is_taking_ = false;
    std::uint64_t counted_ = 0; // when the last sample began
    coro::timer timer_;
};

} // namespace tactus::daemon
