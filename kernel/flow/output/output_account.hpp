// SPDX-License-Identifier: MIT
// The account of each output: what has become of its deliveries until now. A sink that finishes
// accepted events later (a worker) reports their outcomes in a queue, which is drained before any
// result that depends on it is returned. Threads: loop.
#pragma once

#include "kernel/flow/output/ledger_writer.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/output/sysex_sender.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>

namespace tactus::flow {

class output_account {
public:
    // All must outlive it.
    output_account(const timed_queue& queue, output_table& outputs, ledger_writer& outcomes,
                   sysex_sender& sysex, const time::clock& clock) noexcept
        : queue_(queue), outputs_(outputs), outcomes_(outcomes), sysex_(sysex), clock_(clock) {}

    // Records what the sink has finished, in the order in which it did. An end of SysEx is sent if
    // a part was lost.
    void collect(output& of) noexcept;
    // The sink is about to go: what it had accepted and not finished is dropped for that reason.
    void close(output& of, dropped reason) noexcept;

    // Deliveries that deferred sinks hold and have not finished; 0 if all outcomes are known.
    [[nodiscard]] std::uint64_t in_flight() noexcept;
    [[nodiscard]] std::uint64_t in_flight(std::uint16_t output) noexcept;
    // Changes whenever the output may not have what it was given last: a delivery was lost or
    // cancelled, the output came up anew, a panic changed it.
    [[nodiscard]] std::uint64_t delivery_epoch(std::uint16_t output) noexcept;
    // Deliveries that an output dropped for that reason, those included that the queue dropped.
    [[nodiscard]] std::uint64_t dropped_for(std::uint16_t output, dropped reason) const noexcept;
    // Of all outputs, for any reason: shows cheaply that a ledger has changed.
    [[nodiscard]] std::uint64_t dropped_in_all() const noexcept;
    [[nodiscard]] output_snapshot take_snapshot(std::uint16_t output) noexcept;

private:
    void finished(output& of, const completion& what) noexcept;
    [[nodiscard]] output_counts counts_of(const output& of) const noexcept {
        return of.is_removed ? of.last_counts : queue_.counts(of.index);
    }
    void finished_end_before(output& of, const completion& what) noexcept;

    const timed_queue& queue_;
    output_table& outputs_;
    ledger_writer& outcomes_;
    sysex_sender& sysex_;
    const time::clock& clock_;
};

} // namespace tactus::flow
