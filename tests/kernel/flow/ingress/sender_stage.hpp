// SPDX-License-Identifier: MIT
// A sender with a clock of its own, a network and the flow, in virtual time.
#pragma once

#include "tests/kernel/flow/flow_support.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace tactus::flow::test {

inline constexpr std::int64_t s_ns = 1'000'000'000;
inline constexpr std::int64_t lead_ns = 200 * ms_ns;
inline constexpr std::int64_t wait_max_ns = lead_ns + 500 * ms_ns;
inline constexpr std::int64_t step_ns = 100 * ms_ns; // of sender_clock: less is taken for delay

inline wire::bytes message(const std::string& address, const std::vector<std::int32_t>& values) {
    wire::bytes out = osc(address);
    out.resize(out.size() - 4);
    std::string types = "," + std::string(values.size(), 'i');
    types.resize(types.size() / 4 * 4 + 4);
    out.insert(out.end(), types.begin(), types.end());
    for (const std::int32_t value : values) {
        out = out + wire::big_endian(static_cast<std::uint32_t>(value), 4);
    }
    return out;
}
/// Under an address of its own, so that it is known again where it leaves.
inline wire::bytes numbered(std::size_t number, const std::string& name,
                            const std::vector<std::int32_t>& values) {
    return message("/" + std::to_string(number) + "/" + name, values);
}

/// A sender, a network and the flow.
class stage {
public:
    explicit stage(std::int64_t clock_lead_ns = lead_ns) {
        static_cast<void>(flow.add_input(
            input_settings{.follows_sender = true, .clock_lead_ns = clock_lead_ns, .name = "in"}));
        static_cast<void>(flow.add_output());
        flow.route_all();
    }
    flow_under_test flow;
    std::int64_t clock_off_ns = 0; // the sender's clock, ahead of ours

    [[nodiscard]] std::uint64_t tag(std::int64_t ahead_ns = lead_ns) const {
        return flow.timebase.to_ntp(flow.clock.now_ns() + clock_off_ns + ahead_ns);
    }
    void send(const std::vector<wire::bytes>& messages, std::int64_t ahead_ns = lead_ns) {
        static_cast<void>(flow.emit_osc(wire::bundle(tag(ahead_ns), messages)));
    }
    /// Everything that is due until then leaves when it is due.
    void pass_until(std::int64_t then_ns) {
        while (flow.out.next_due_ns() <= then_ns) {
            flow.clock.set_ns(std::max(flow.clock.now_ns(), flow.out.next_due_ns()));
            flow.run();
        }
        flow.clock.set_ns(then_ns);
    }
    void pass(std::int64_t for_ns) { pass_until(flow.clock.now_ns() + for_ns); }
    void play_steadily(int count) {
        for (int i = 0; i < count; ++i) {
            send({message("/steady", {})});
            pass(100 * ms_ns);
        }
    }
    /// The first parts of the addresses, in the order in which they left.
    [[nodiscard]] std::vector<std::string> left() {
        std::vector<std::string> all;
        for (const std::string& each : flow.sink().payloads()) {
            const std::string address = each.c_str();
            if (address != "/steady") {
                all.push_back(address);
            }
        }
        return all;
    }
    [[nodiscard]] std::int64_t longest_wait_ns() {
        std::int64_t longest_ns = 0;
        for (const auto& each : flow.sink().records) {
            longest_ns = std::max(longest_ns, each.at_ns - each.received_ns);
        }
        return longest_ns;
    }
};

} // namespace tactus::flow::test
