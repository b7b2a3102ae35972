// SPDX-License-Identifier: MIT
// When events are due whose sender has its own clock (clock = "sender"). Follows that clock
// (tactus/cpp/sender_clock.hpp) and keeps two guarantees while the clock is in doubt, because a
// step of it is recognized only after several messages:
//
//   No wait is long. The message that is sent soonest is due `lead` after it came. One that seems
//   to be sent sooner still, by more than a step, may come from a clock that jumped ahead: it is
//   also due `lead` after it came.
//
//   Order stays. An event is due no earlier than
//     - any before it whose time tag is earlier, or the same
//     - any before it at all, if it is late by more than a step: the clock was perhaps set back
//     - what it ends (note_pairs.hpp)
//
// A message that is late by less than a step was delayed, or has a shorter lead; its time tag is
// trusted. So is greater lateness, once messages as late have come between others three times in a
// minute: the leads then differ.
// Pure: reads no clock, allocates nothing. One for each input. Threads: loop.
#pragma once

#include "kernel/codec/osc_message.hpp"
#include "kernel/flow/ingress/note_pairs.hpp"

#include <tactus/cpp/sender_clock.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace tactus::flow {

class sender_timeline {
public:
    // The longest that an event waits for others of its sender, beyond the lead.
    static constexpr std::int64_t wait_beyond_lead_ns = 500'000'000;
    // How late the loop may run with due events and still keep the order.
    static constexpr std::int64_t lag_max_ns = 1'000'000'000;
    static constexpr std::uint32_t early_to_step = 3;

    // `lead_ns`: at most how long before its time the sender sends. Bounds: not negative.
    explicit sender_timeline(std::int64_t lead_ns) noexcept
        : lead_ns_(lead_ns), clock_(sender_clock_settings{.early_to_step = early_to_step}) {}

    // A packet came. `time_tag` is its earliest; above 1. `wall_ns` is the daemon's Unix time,
    // which selects the era of the first tag; later ones follow one another.
    void begin_packet(std::uint64_t time_tag, std::int64_t came_ns, std::int64_t wall_ns) noexcept;
    // When a message of that packet is due; 1 or later. Call it once for each message, in order.
    // Bounds: time_tag is above 1.
    [[nodiscard]] std::int64_t due_of(std::uint64_t time_tag,
                                      const codec::osc_message& message) noexcept;

    // The host's clock minus the sender's; nothing if not known yet.
    [[nodiscard]] std::optional<std::int64_t> offset_ns() const noexcept {
        return clock_.is_known() ? std::optional(clock_.offset_ns(sent_ns_)) : std::nullopt;
    }

private:
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::min();

    // The events of a period, to order those that follow: none was due later than its time tag plus
    // `offset_ns`, nor later than `due_ns`.
    struct stretch {
        std::int64_t offset_ns = never_ns;
        std::int64_t due_ns = never_ns;

        [[nodiscard]] bool is_empty() const noexcept { return due_ns == never_ns; }
        void add(const stretch& other) noexcept {
            offset_ns = std::max(offset_ns, other.offset_ns);
            due_ns = std::max(due_ns, other.due_ns);
        }
        void add(std::int64_t time_ns, std::int64_t its_due_ns) noexcept {
            offset_ns = std::max(offset_ns, its_due_ns - time_ns);
            due_ns = std::max(due_ns, its_due_ns);
        }
        // None of its events whose time tag is `time_ns` or earlier is due later than this.
        [[nodiscard]] std::int64_t latest_until(std::int64_t time_ns) const noexcept {
            std::int64_t latest_ns = 0; // a sender may send any time: on overflow `due_ns`
            return __builtin_add_overflow(time_ns, offset_ns, &latest_ns) && time_ns > 0
                       ? due_ns
                       : std::min(latest_ns, due_ns);
        }
    };

    // Messages that were late by more than a step although the clock did not step.
    class short_leads {
    public:
        void look(sender_clock::reading said, std::int64_t late_ns, std::int64_t came_ns) noexcept;
        // They were late because the clock was set back.
        void forget_run() noexcept { late_ns_ = 0; }
        [[nodiscard]] bool explain(std::int64_t late_ns, std::int64_t came_ns) const noexcept;

    private:
        static constexpr std::int64_t memory_ns = 60'000'000'000;
        static constexpr std::size_t runs = 3;

        struct run {
            std::int64_t late_ns = 0; // the greatest in the run
            std::int64_t ended_ns = never_ns;
        };
        std::array<run, runs> ended_; // the last ones, the oldest first
        std::int64_t late_ns_ = 0;    // the greatest in the open run; 0 = none
    };

    [[nodiscard]] bool has_stepped() noexcept;
    void turn_over() noexcept;
    [[nodiscard]] std::int64_t claimed_ns(std::int64_t time_ns) const noexcept;
    [[nodiscard]] std::int64_t order_ns(std::int64_t time_ns) const noexcept;

    std::int64_t lead_ns_;
    sender_clock clock_;
    note_pairs pairs_;
    stretch past_;    // discarded once all of it is due
    stretch present_; // events since then, and since the last detected jump of the clock
    std::int64_t present_offset_ns_ = 0; // the packets' offset
    std::int64_t clock_offset_ns_ = 0;   // the clock's offset at the last packet
    short_leads short_leads_;
    // State of the current packet.
    sender_clock::reading reading_ = sender_clock::reading::taken;
    bool keeps_order_ = false; // it must not overtake what came before it
    std::int64_t sent_ns_ = 0; // its time tag as Unix time, by the sender's clock
    std::int64_t came_ns_ = 0;
};

} // namespace tactus::flow
