// SPDX-License-Identifier: MIT
// One input and one output in time that passes with each look at the clock: for tests of what
// leaves while something else comes in.
#pragma once

#include "tests/kernel/flow/flow_support.hpp"

#include <algorithm>

namespace tactus::flow::test {

// Every look at it costs a microsecond, so that time passes while a batch comes in.
class ticking_clock final : public tactus::time::clock {
public:
    static constexpr std::int64_t tick_ns = 1000;
    [[nodiscard]] std::int64_t now_ns() const noexcept override { return now_ns_ += tick_ns; }
    [[nodiscard]] std::int64_t unix_ns() const noexcept override { return now_ns_; }
    // The time of the look that is so many after the next one.
    [[nodiscard]] std::int64_t at_look(int later) const noexcept {
        return now_ns_ + (1 + later) * tick_ns;
    }

private:
    mutable std::int64_t now_ns_ = 1'000'000'000;
};

// One input to one output, in time that passes.
struct ticking_flow {
    explicit ticking_flow(router routes = router({{{0}, std::nullopt, {0}}}))
        : out(std::move(*timed_queue::make({}, clock.at_look(0))), clock), fan(out, clock),
          in(fan, out, base, clock), sink(still) {
        REQUIRE(out.add_output({}).has_value());
        REQUIRE(in.add_input({}).has_value());
        in.configure({});
        fan.configure(std::move(routes));
        out.connections().attach(0, {&sink, takes_osc, 0, false});
        REQUIRE(out.connections().ports(0).add("port", "port", true) != port_table::none);
        out.connections().ports_changed(0);
    }
    void emit(const std::vector<tactus_event>& events) {
        REQUIRE(in.emit(0, batch_of(events, droppable)).status == TACTUS_OK);
    }
    [[nodiscard]] std::size_t place_of(std::string_view payload) const {
        const std::vector<std::string> left = sink.payloads();
        return static_cast<std::size_t>(std::find(left.begin(), left.end(), payload) -
                                        left.begin());
    }

    ticking_clock clock;
    tactus::testing::manual_clock still;
    tactus::time::timebase base{still};
    dispatcher out;
    fan_out fan;
    ingress in;
    tactus::testing::recording_sink sink;
};

} // namespace tactus::flow::test
