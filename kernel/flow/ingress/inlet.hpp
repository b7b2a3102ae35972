// SPDX-License-Identifier: MIT
// One input as the ingress sees it: its settings, clock, ports and ledger. Threads: loop.
#pragma once

#include "kernel/base/histogram.hpp"
#include "kernel/flow/ingress/time_tag_clock.hpp"
#include "kernel/flow/ingress/token_bucket.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/flow/route/message.hpp"

#include <cstdint>
#include <string>

namespace tactus::flow {

struct input_settings {
    double rate_per_s = 0; // messages; 0 = no limit
    // Time tags are on the sender's own clock, which is followed. How far ahead of its time a
    // message is sent cannot be measured: the one sent soonest is assumed to be this far ahead. See
    // sender_timeline.hpp.
    bool follows_sender = false;
    std::int64_t clock_lead_ns = 0;
    bool dispatches_patterns = false; // dispatch = "osc1"
    std::uint64_t pending_max = 0;    // events that may wait, in all outputs together; 0 = no limit
    std::string name = {}; // value of $input and $port, and in the address of MIDI written as OSC
};

struct inlet {
    inlet(std::uint16_t number, const input_settings& chosen, const time::timebase& timebase)
        : settings(chosen), from{chosen.name, {}, chosen.dispatches_patterns},
          clock(timebase, chosen.follows_sender, chosen.clock_lead_ns), rate(chosen.rate_per_s),
          lead(lead_bounds_ns), awaited{number, 0, {1, 0}} {}

    // A sender's clock that is followed as before keeps what it has learnt, and so does the rate.
    void change(const input_settings& chosen, const time::timebase& timebase) {
        from.dispatches_patterns = chosen.dispatches_patterns;
        if (settings.follows_sender != chosen.follows_sender ||
            settings.clock_lead_ns != chosen.clock_lead_ns) {
            clock = time_tag_clock(timebase, chosen.follows_sender, chosen.clock_lead_ns);
        }
        if (settings.rate_per_s != chosen.rate_per_s) {
            rate = token_bucket(chosen.rate_per_s);
        }
        settings = chosen;
    }

    input_settings settings;
    bool is_removed = false; // its number will be used again
    source_input from;
    time_tag_clock clock;
    token_bucket rate;
    input_ledger ledger;
    base::histogram lead; // how long before its due time each message with a time came
    // The room that it waits for: that of the packet refused last, or of one event.
    room_question awaited;
    // The last name that an event asked for without success: a handle of fan_out::names(); 0: none.
    std::uint32_t name_in_vain = 0;
    bool is_muted = false;           // by the operator
    bool ends_with_instance = false; // what the present instance has begun and scheduled
};

} // namespace tactus::flow
