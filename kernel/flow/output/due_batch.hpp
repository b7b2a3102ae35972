// SPDX-License-Identifier: MIT
// The events that one output gets in one step: applies the late policy, hands over the rest to the
// sink, and follows what the sink took, refused or has no room for. Nothing allocates in the steady
// state. Threads: loop.
#pragma once

#include "kernel/flow/output/event_judge.hpp"
#include "kernel/flow/output/ledger_writer.hpp"
#include "kernel/flow/output/mutes.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/sysex_sender.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tactus::flow {

class due_batch {
public:
    static constexpr std::size_t batch_max = 64;

    // All must outlive it.
    due_batch(timed_queue& queue, const mutes& mutes, ledger_writer& outcomes, sysex_sender& sysex,
              output_account& account, const time::clock& clock);

    // Asked about events with a ticket; nullptr: these are sent.
    void set_judge(event_judge* judge) noexcept { judge_ = judge; }
    // Drops, or puts back into the queue, what the judge does not let pass; the others keep their
    // order. Returns how many they are.
    [[nodiscard]] std::size_t judge(output& to, std::span<due_entry> due) noexcept;

    // Drops what is not to be sent, and hands over the rest. Returns false if the sink is full: the
    // output then waits for its sink to be writable, and what was left is back in the queue.
    // Bounds: at most batch_max entries, popped from the queue; none is held afterwards.
    bool hand_over(output& to, std::span<const due_entry> due, std::int64_t now_ns) noexcept;

    // It is not sent, for that reason; `detail`: what the plugin says of it. Bounds: taken out of
    // the queue; it is released then.
    void drop(output& to, const due_entry& entry, dropped reason,
              std::string_view detail = {}) noexcept;

    // Time spent inside sinks that send at once, since the start.
    [[nodiscard]] std::int64_t sending_ns() const noexcept { return sending_ns_; }

private:
    void fill(output& to, std::span<const due_entry> due, std::int64_t now_ns) noexcept;
    [[nodiscard]] std::optional<dropped> verdict(const output& to, const tactus_event& event,
                                                 const due_entry& entry,
                                                 std::int64_t now_ns) const noexcept;
    void record_beginnings(output& to) noexcept;
    void number_events(output& to) noexcept;
    hand_off offer(output& to, std::size_t first) noexcept;
    void record_send(output& to, std::size_t count, std::int64_t took_ns) noexcept;
    void took(output& to, std::size_t first, std::size_t count, std::int64_t now_ns) noexcept;
    void sent(output& to, const tactus_event& event, const event_cell& cell,
              std::int64_t now_ns) noexcept;
    void put_back(output& to, std::size_t first) noexcept;

    timed_queue& queue_;
    const mutes& mutes_;
    ledger_writer& outcomes_;
    sysex_sender& sysex_;
    output_account& account_;
    const time::clock& clock_;
    event_judge* judge_ = nullptr;
    std::int64_t sending_ns_ = 0;
    // Members, so that their memory is reused. One of each for an event.
    std::vector<due_entry> entries_;
    std::vector<tactus_event> events_;
    std::vector<receipt> receipts_; // for a deferred sink
};

} // namespace tactus::flow
