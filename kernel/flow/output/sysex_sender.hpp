// SPDX-License-Identifier: MIT
// Sends SysEx in parts to the outputs that take part in it. The parts stay in order, because none
// is due before the previous one; none can be cancelled by a tag, replaced, or dropped as late. If
// one is lost, for any reason, the output gets no more of that SysEx except its end. Threads: loop.
#pragma once

#include "kernel/flow/output/enqueuer.hpp"
#include "kernel/flow/output/sysex_streams.hpp"

#include <cstdint>
#include <limits>

namespace tactus::flow {

class sysex_sender {
public:
    // All must outlive it.
    sysex_sender(timed_queue& queue, output_table& outputs, enqueuer& enqueuer,
                 const time::clock& clock) noexcept
        : queue_(queue), outputs_(outputs), enqueuer_(enqueuer), clock_(clock) {}

    // The streams that are under way; the ingress opens and closes streams.
    [[nodiscard]] sysex_streams& streams() noexcept { return streams_; }

    // The first part: the output takes part from now on, if this finds room. Bounds: the output
    // takes parts.
    std::optional<dropped> begin(sysex_streams::stream& of, std::uint16_t output,
                                 const delivery& first) noexcept;
    // A later part, or the last: in order, and dropped if the output takes no more.
    void deliver(const sysex_streams::participant& to, const delivery& part) noexcept;
    // Ends what was begun at every output that takes part, by a last part F7, which is never
    // refused. The outputs leave the stream for that reason.
    void cut(sysex_streams::stream& ended, dropped why) noexcept;

    // The same at one output, whatever the stream.
    void leave(output& to, dropped why, origin from = origin::silence) noexcept {
        leave(to, why, from, std::numeric_limits<std::uint64_t>::max());
    }
    // A queued part, of that sequence, was not sent.
    void lost(output& to, std::uint64_t sequence, dropped why) noexcept {
        leave(to, why, origin::silence, sequence);
    }
    // The same as leave(), and its waiting parts were cancelled.
    void cancelled(output& to, dropped why, origin from = origin::silence) noexcept {
        streams_.forget_due(to.index);
        leave(to, why, from);
    }

private:
    void leave(output& to, dropped why, origin from, std::uint64_t sequence) noexcept;

    timed_queue& queue_;
    output_table& outputs_;
    enqueuer& enqueuer_;
    const time::clock& clock_;
    sysex_streams streams_;
};

} // namespace tactus::flow
