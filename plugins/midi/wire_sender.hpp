// SPDX-License-Identifier: MIT
// The messages of a MIDI output and their times: its worker's side. A message goes to the
// connection at its time, when the wire has room; a SysEx goes in parts, with pauses, and only
// real-time messages between them; active sensing is sent when nothing else is. The loop's side
// (midi_out.cpp) calls back when this class requests it. Threads: the worker, unless a function
// says otherwise.
#pragma once

#include "change_signal.hpp"
#include "long_sysex_out.hpp"
#include "output_connection.hpp"
#include "sensing_pace.hpp"
#include "steady_pace.hpp"
#include "wire_pace.hpp"

#include <tactus/cpp/context.hpp>

#include <chrono>
#include <cstdint>

namespace midi {

/// Set by the worker: step() or check_long() has work to do.
struct sender_signals {
    cross_thread_event pace;
    cross_thread_event long_sysex;
};

struct sender_settings {
    std::chrono::nanoseconds latency{0}; // events leave this long before they are due
    bool is_steady = false;              // live messages keep their distances
    wire_settings wire;
};

class wire_sender {
public:
    // The result of one check of the pace.
    struct pace_step {
        std::int64_t next_ns = wire_pace::never_ns; // when to check again
        bool has_room = false;                      // a waiting caller (TACTUS_E_AGAIN) may go on
    };

    struct metrics {
        tactus::counter cut; // SysEx given up after a part had been sent
        tactus::histogram lateness;
    };

    /// Threads: loop.
    wire_sender(tactus::context& here, const sender_settings& settings, output_connection to,
                sender_signals& signals, metrics& counted)
        : here_(here), settings_(settings), signals_(signals), counted_(counted),
          connection_(std::move(to)), pace_(settings.wire) {}

    tactus_status give(const tactus_event& event) noexcept;
    /// Gives up the rest of a SysEx; messages that wait for their frame go out at once.
    void flush() noexcept;
    /// Sends the parts of a SysEx that are due. Returns also whether a waiting caller may go on.
    pace_step step() noexcept;
    /// Sends active sensing if it is due. Returns when to check again.
    std::int64_t sense() noexcept;
    /// Gives up a SysEx of which no more parts come. Returns when to check again;
    /// wire_pace::never_ns if none is in progress.
    std::int64_t check_long() noexcept;
    connection_report check_connection();
    /// Returns whether all that was sent has left.
    [[nodiscard]] bool close() { return connection_.close(); }

private:
    struct timed_part {
        wire_pace::bytes_view bytes;
        std::int64_t due_ns;
    };

    std::int64_t moment_of(const tactus_event& event) noexcept;
    std::int64_t paced_moment(std::int64_t now_ns) const noexcept;
    tactus_status give_now(const tactus_event& event) noexcept;
    tactus_status give_bytes(wire_pace::bytes_view message, std::int64_t moment_ns,
                             std::int64_t now_ns) noexcept;
    tactus_status wait_for_room() noexcept;
    tactus_status send_part(const timed_part& part, std::int64_t now_ns) noexcept;
    void send_parts(std::int64_t now_ns) noexcept;
    // A SysEx in parts, and the messages that come meanwhile.
    tactus_status give_beside(const tactus_event& event) noexcept;
    tactus_status give_part(const tactus_event& part) noexcept;
    void cut_long() noexcept;
    bool send_kept(std::int64_t now_ns) noexcept;

    tactus::context& here_;
    const sender_settings settings_;
    sender_signals& signals_;
    metrics& counted_;
    output_connection connection_;
    wire_pace pace_;
    steady_pace steady_;
    sensing_pace sensing_;
    long_sysex_out long_;
    std::uint32_t attached_seen_ = 0;
    bool must_wait_ = false;         // a caller got TACTUS_E_AGAIN
    std::int64_t retry_ns_ = 0;      // no room: when to ask again; 0: there was room
    std::int64_t retry_span_ns_ = 0; // the delay before that
};

} // namespace midi
