// SPDX-License-Identifier: MIT
// A JACK client with a MIDI input port, CLIENT:in, that writes down what comes in. It is a process
// of its own (jack_child.cpp says why) on the default server, and ends when the server does; then
// make a new one.
#pragma once

#include "tests/support/process.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tactus::test {

struct jack_event {
    // CLOCK_MONOTONIC, when JACK ran this receiver for the period: after the begin of the period
    // and after the sender, so never before the event was handed over.
    std::int64_t time_ns;
    std::uint32_t frame; // of JACK's count of all frames
    std::int64_t at_ns;  // when that is by JACK's count of time, in CLOCK_MONOTONIC
    std::vector<std::uint8_t> bytes;
};

/// How much sooner than due an event may stand: the frame in which it is due began before, and
/// JACK counts microseconds. Units: ns, at 48 kHz.
inline constexpr std::int64_t frame_tolerance_ns = 25'000;

class jack_receiver {
public:
    /// Returns when the port is there; throws where it does not come. With `connect_to`, it
    /// connects to the first output whose name contains that, as soon as there is one. It reads its
    /// port `late` after JACK ran it, as one does that comes late in a large graph.
    explicit jack_receiver(const std::string& client, const std::string& connect_to = {},
                           std::chrono::microseconds late = {});
    jack_receiver(const jack_receiver&) = delete;
    jack_receiver& operator=(const jack_receiver&) = delete;
    ~jack_receiver();

    [[nodiscard]] bool is_connected(std::chrono::milliseconds limit = patience);
    /// At least n events have come.
    [[nodiscard]] bool wait_for(std::size_t n, std::chrono::milliseconds limit = patience);
    [[nodiscard]] std::vector<jack_event> events() const;
    /// JACK or this receiver had no room for some.
    [[nodiscard]] bool has_lost() const;

private:
    process child_;
};

/// Ends of notes and pedals are said once more where JACK told of an xrun; without those.
inline std::vector<std::vector<std::uint8_t>>
without_repeats(const std::vector<std::vector<std::uint8_t>>& heard,
                const std::vector<std::vector<std::uint8_t>>& sent) {
    std::vector<std::vector<std::uint8_t>> all;
    for (const std::vector<std::uint8_t>& each : heard) {
        const bool is_end = each.size() == 3 && ((each[0] & 0xF0) == 0x80 ||
                                                 ((each[0] & 0xF0) == 0xB0 && each[2] == 0));
        const bool is_expected = all.size() < sent.size() && each == sent[all.size()];
        if (is_expected || !is_end) {
            all.push_back(each);
        }
    }
    return all;
}

} // namespace tactus::test
