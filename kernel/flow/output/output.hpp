// SPDX-License-Identifier: MIT
// One output: its settings, sink, ports, sounding notes and ledger. The events that wait for it are
// in the timed queue. Threads: loop.
#pragma once

#include "kernel/base/histogram.hpp"
#include "kernel/base/lateness_bounds.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/output/channels/channel_memory.hpp"
#include "kernel/flow/output/notes/note_ends.hpp"
#include "kernel/flow/output/notes/output_notes.hpp"
#include "kernel/flow/output/port_names.hpp"
#include "kernel/flow/output/sink.hpp"
#include "kernel/flow/output_policy.hpp"
#include "kernel/flow/queue/timed_queue.hpp"

#include <cstdint>
#include <limits>

namespace tactus::flow {

struct output_settings {
    output_limits limits;
    late_policy late = late_policy::send;
    std::int64_t late_limit_ns = 250'000'000; // with drop: anything later is dropped
    late_origin late_from = late_origin::arrival;
    std::int64_t miss_limit_ns = 5'000'000; // what leaves later counts as missed
    bool silence_on_disconnect = true;
    std::int64_t max_note_ns = 0; // what sounds longer is ended; 0 = it may sound for ever
    bool is_precise = false;      // wake early and spin until due
    bool restores = false;        // a port that comes back gets its channels' settings again
};

struct output {
    // How a sink works; set when it is attached.
    struct connection {
        flow::sink* sink = nullptr;
        std::uint32_t protocols = 0; // bit n: takes protocol n
        std::int64_t ahead_ns = 0;   // how early it wants events
        bool is_deferred = false;    // finishes accepted events later
        bool is_scheduling = false;  // its receiver keeps OSC until it is due
        bool takes_parts = false;    // of a SysEx
    };

    output(std::uint16_t number, const output_settings& chosen)
        : index(number), settings(chosen), lateness(base::lateness_bounds_ns),
          send_duration(base::lateness_bounds_ns) {
        notes.limit().set(chosen.max_note_ns, 0); // nothing sounds yet
    }

    [[nodiscard]] bool takes(std::uint32_t protocol) const noexcept {
        return (connected.protocols & (1U << protocol)) != 0;
    }

    static constexpr std::int64_t never_swept_ns = std::numeric_limits<std::int64_t>::min() / 2;

    std::uint16_t index;
    output_settings settings;
    connection connected;
    port_table ports;
    output_notes notes;
    note_ends ends;          // if deferred: as its worker reported
    channel_memory channels; // likewise
    output_ledger ledger;
    base::histogram lateness;
    base::histogram send_duration;
    base::histogram::snapshot lateness_before; // of deferred sinks that were detached
    base::histogram::snapshot send_duration_before;
    output_counts last_counts = {}; // of its queue, once it is removed
    std::uint64_t stopped = 0;      // of the queue's cancelled events: those counted as stop
    std::uint64_t connects = 0;     // how often it came up
    std::uint64_t panics = 0;
    std::int64_t swept_ns = never_swept_ns; // when a panic last swept all channels
    bool was_up = false;
    bool is_held = false;    // see sink_connections::hold
    bool is_ending = false;  // see note_recovery::begin_end
    bool is_removed = false; // its number will be used again
    bool has_ends = false;   // it had a note that ends by itself; see note_end_sender.hpp
};

} // namespace tactus::flow
