// SPDX-License-Identifier: MIT
// Writes the messages that end notes and pedals, and gives them to the enqueuer: note-offs and
// pedals up, each in the form of the message that began it, or the controllers that end a whole
// channel. Which notes to end is decided by its callers. Threads: loop.
#pragma once

#include "kernel/flow/output/enqueuer.hpp"
#include "kernel/flow/output/output.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/time/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace tactus::flow {

class end_writer {
public:
    // Moments so far apart have different OSC time tags.
    static constexpr std::int64_t time_tag_step_ns = 1'000;

    // All must outlive it.
    end_writer(const timed_queue& queue, enqueuer& enqueuer, const time::clock& clock) noexcept
        : queue_(queue), enqueuer_(enqueuer), clock_(clock) {}

    // The earliest due time of an end, in ns: now, or before a frozen output froze, because from it
    // nothing leaves that is due later.
    [[nodiscard]] std::int64_t due_ns_at(const output& to) const noexcept {
        return queue_.departures().before_freeze(to.index, clock_.now_ns());
    }
    // Ends each note and pedal of `left` by a message of its own, due at due_ns, or after the
    // latest message that has left takes effect. They count as ended when the messages are sent.
    void end_each(output& to, const output_notes::remains& left, origin from,
                  std::int64_t due_ns) noexcept;
    // Ends one place (sounding) at that port, whatever sounds there. Bounds: the port's events are
    // sent as MIDI.
    void end_place(output& to, std::uint32_t port, std::size_t place, std::int64_t due_ns) noexcept;
    // Sends sustain off (CC 64), all notes off (CC 123) and all sound off (CC 120) on the channel.
    // Source: MIDI 1.0, table 3a.
    void end_channel(output& to, std::uint32_t port, std::uint8_t channel, origin from,
                     std::int64_t due_ns) noexcept;

private:
    bool deliver(output& to, const delivery& what,
                 const std::array<std::uint8_t, 3>& message) noexcept;

    const timed_queue& queue_;
    enqueuer& enqueuer_;
    const time::clock& clock_;
};

} // namespace tactus::flow
