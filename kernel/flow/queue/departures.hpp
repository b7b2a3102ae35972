// SPDX-License-Identifier: MIT
// When the events of each output leave, and which output is next: the queues of all outputs, their
// gates (departure_gate.hpp), and the time from which their keys count. Each change of a gate moves
// its output in the order of all outputs at once. It knows keys, and neither the contents of events
// nor who pays for them: timed_queue moves events in and out.
//
// Units: all times are ns of the host clock. Owned by timed_queue. Single thread. Nothing allocates
// but output_queues::add.
#pragma once

#include "kernel/flow/queue/key_epoch.hpp"
#include "kernel/flow/queue/output_queues.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace tactus::flow {

class departures {
public:
    // now_ns: the host clock now.
    explicit departures(std::int64_t now_ns) noexcept : epoch_(now_ns) {}

    // The output wants its events this long before due, also those that already wait. Below, "due"
    // means that earlier moment. Bounds: not negative.
    void set_ahead(std::uint16_t output, std::int64_t ahead_ns) noexcept;

    // A paused output loses nothing, accepts events, and is never due.
    void pause(std::uint16_t output) noexcept;
    void resume(std::uint16_t output) noexcept;

    // An event that would leave after that moment stays, whatever resumes the output, until thaw():
    // events can then be put before it, and the output may have no sink.
    void freeze(std::uint16_t output, std::int64_t after_ns) noexcept;
    void thaw(std::uint16_t output) noexcept;
    // `now_ns`, or the moment after which a frozen output lets nothing leave if that is earlier.
    [[nodiscard]] std::int64_t before_freeze(std::uint16_t output,
                                             std::int64_t now_ns) const noexcept {
        return before_freeze(queues_.at(output), now_ns);
    }

    // Everything that waits is due, and came, this much earlier: the host clock stood still
    // meanwhile. Bounds: not negative; nobody holds an entry of timed_queue.
    void pass_time(std::int64_t by_ns) noexcept { epoch_.move_back(by_ns); }

    // When the next event of any output that is not paused, or of this one, is due. May be too
    // early while cancelled events are swept (which costs an idle turn), never too late.
    [[nodiscard]] std::optional<std::int64_t> next_due() const noexcept;
    [[nodiscard]] std::optional<std::int64_t> next_due(std::uint16_t output) const noexcept;

    // The output whose head is due first, if that is due now and the output is not paused.
    [[nodiscard]] std::optional<std::uint16_t> next_output_due(std::int64_t now_ns) const noexcept;

    // For timed_queue alone, which moves the events, and whose accounts count what it moves.
    [[nodiscard]] output_queues& queues() noexcept { return queues_; }
    [[nodiscard]] const output_queues& queues() const noexcept { return queues_; }
    [[nodiscard]] const key_epoch& epoch() const noexcept { return epoch_; }
    // As above, of a queue that was found already.
    [[nodiscard]] std::int64_t before_freeze(const output_queue& of,
                                             std::int64_t now_ns) const noexcept {
        const auto last = static_cast<std::int64_t>(of.gate().frozen_after());
        return std::min(now_ns, epoch_.host_time(last));
    }
    // When an event with that key leaves.
    [[nodiscard]] std::int64_t leave_ns_of(const output_queue& of, due_key key) const noexcept {
        return epoch_.due_ns_of(key) - of.gate().ahead_ns();
    }

private:
    key_epoch epoch_;
    output_queues queues_;
};

} // namespace tactus::flow
