// SPDX-License-Identifier: MIT
// The last station: deliveries enter the timed queue (enqueuer), and are handed over to the
// outputs' sinks when they are due, in batches by output. Attaches and detaches sinks, and owns the
// parts of this station, each of which does one of its tasks.
//
//   enqueuer, sysex_sender -> timed_queue -> dispatcher -> note_end_sender -> due_batch -> sink
//
// Sans-IO: `now` is an argument, or read from the clock passed in. It never waits; next_due_ns
// tells when to call run_due again. Threads: loop.
#pragma once

#include "kernel/flow/output/channels/channel_restorer.hpp"
#include "kernel/flow/output/due_batch.hpp"
#include "kernel/flow/output/due_checks.hpp"
#include "kernel/flow/output/enqueuer.hpp"
#include "kernel/flow/output/ledger_writer.hpp"
#include "kernel/flow/output/mutes.hpp"
#include "kernel/flow/output/notes/canceller.hpp"
#include "kernel/flow/output/notes/end_writer.hpp"
#include "kernel/flow/output/notes/note_end_sender.hpp"
#include "kernel/flow/output/notes/note_recovery.hpp"
#include "kernel/flow/output/notes/silencer.hpp"
#include "kernel/flow/output/notes/sounding_count.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/output/retractor.hpp"
#include "kernel/flow/output/sink_connections.hpp"
#include "kernel/flow/output/sysex_sender.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>
#include <limits>
#include <span>

namespace tactus::flow {

class dispatcher {
public:
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();
    static constexpr std::size_t batch_max = due_batch::batch_max;
    // A backlog is drained in slices, so that inputs are read in between.
    static constexpr std::size_t batches_a_run_max = 16;
    static constexpr std::size_t sweep_slice = 1000;

    // The clock must outlive the dispatcher.
    dispatcher(timed_queue queue, const time::clock& clock);

    // Its number may be that of a removed output. Errors: limit.
    [[nodiscard]] result<std::uint16_t> add_output(const output_settings& settings);
    // New settings, which also apply to what waits; how a precise output wakes, from the next
    // attach on. Then configure the fan-out, which shares the room out anew.
    void change_output(std::uint16_t output, const output_settings& settings);
    // Drops what still waits there as output_removed. Bounds: detached, and no route leads there.
    void remove_output(std::uint16_t output) noexcept;

    // Muted: what sounds is ended, what waits is taken back, and what is due is dropped. Allocates.
    void mute(std::uint16_t output, bool is_muted);
    // Takes back the waiting events that any of these concerns, except ends. Allocates.
    void take_back(std::span<const retraction> which) { retractor_.take_back(which); }

    // Hands over what is due; reads the clock again between batches.
    void run_due(std::int64_t now_ns) noexcept;
    [[nodiscard]] std::int64_t next_due_ns() const noexcept;
    // Of that output, even while its sink is full.
    [[nodiscard]] std::int64_t next_due_ns(std::uint16_t output) const noexcept;
    // Whether the output that is due next wants its events to the microsecond from this thread: a
    // deferred sink gets them ahead, and does the final wait itself.
    [[nodiscard]] bool is_next_precise() const noexcept;
    // Returns true if more is left to tidy up.
    bool tidy() noexcept {
        const bool has_more = retractor_.step(sweep_slice);
        return queue_.sweep(sweep_slice) || has_more;
    }
    // Time spent inside sinks that send at once, since the start.
    [[nodiscard]] std::int64_t sending_ns() const noexcept { return batch_.sending_ns(); }
    // When what is due was checked, for calls of plugins.
    [[nodiscard]] due_checks& checks() noexcept { return checks_; }

    // For questions about room and what waits, the shares of inputs, and shared payloads. Only the
    // parts of this station push, pop and cancel.
    [[nodiscard]] timed_queue& queue() noexcept { return queue_; }
    [[nodiscard]] const output_table& outputs() const noexcept { return outputs_; }
    // Asked about events with a ticket when they are due. nullptr: none.
    void set_judge(event_judge* judge) noexcept { batch_.set_judge(judge); }
    [[nodiscard]] ledger_writer& outcomes() noexcept { return outcomes_; }
    // The outputs' sinks and ports.
    [[nodiscard]] sink_connections& connections() noexcept { return connections_; }
    [[nodiscard]] flow::enqueuer& enqueuer() noexcept { return enqueuer_; }
    [[nodiscard]] sysex_sender& sysex() noexcept { return sysex_; }
    [[nodiscard]] output_account& account() noexcept { return account_; }
    [[nodiscard]] flow::canceller& canceller() noexcept { return canceller_; }
    [[nodiscard]] flow::silencer& silencer() noexcept { return silencer_; }
    [[nodiscard]] flow::note_recovery& note_recovery() noexcept { return note_recovery_; }
    [[nodiscard]] flow::sounding_count sounding_count() noexcept { return {outputs_, account_}; }
    [[nodiscard]] channel_restorer& channels() noexcept { return channels_; }
    [[nodiscard]] flow::mutes& mutes() noexcept { return mutes_; }
    [[nodiscard]] const flow::mutes& mutes() const noexcept { return mutes_; }

private:
    void run_output(output& to, std::int64_t now_ns) noexcept;
    void pass_real_time(output& to, std::int64_t now_ns) noexcept;
    // When overlong notes are looked for next.
    [[nodiscard]] std::int64_t next_look_ns() const noexcept {
        return limits_notes_ ? silencer_.next_look_ns() : never_ns;
    }

    // Each part refers only to parts above it.
    timed_queue queue_;
    const time::clock& clock_;
    flow::mutes mutes_;
    output_table outputs_;
    ledger_writer outcomes_;
    flow::enqueuer enqueuer_{queue_, outputs_, outcomes_, clock_};
    sysex_sender sysex_{queue_, outputs_, enqueuer_, clock_};
    output_account account_{queue_, outputs_, outcomes_, sysex_, clock_};
    flow::canceller canceller_{queue_, outputs_, sysex_};
    end_writer ends_{queue_, enqueuer_, clock_};
    flow::silencer silencer_{outputs_, canceller_, ends_, sysex_, account_, clock_};
    flow::note_recovery note_recovery_{outputs_, account_, ends_, clock_};
    channel_restorer channels_{outputs_, enqueuer_, account_};
    sink_connections connections_{
        {queue_, outputs_, sysex_, account_, note_recovery_, channels_, clock_}};
    due_batch batch_{queue_, mutes_, outcomes_, sysex_, account_, clock_};
    note_end_sender note_ends_{queue_, mutes_, batch_, outcomes_};
    retractor retractor_{queue_, outputs_, mutes_, batch_};
    due_checks checks_;
    bool limits_notes_ = false; // some output does
};

} // namespace tactus::flow
