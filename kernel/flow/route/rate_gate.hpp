// SPDX-License-Identifier: MIT
// `throttle` and `dedupe` of a route: for each address, or controller, decides what is let through
// at once, later, or not at all. A value is never suppressed if the previous one may have been
// lost. Of the events that come faster than the throttle, the newest leaves when the time is over,
// so a fader ends where the hand left it. Owned by its rule in the router; asked by rule_sender and
// gated_events.
//
// It is asked about an event when that is due, so what is scheduled holds back nothing that is due
// before it. One exception remains: an output that wants its events ahead of time gets one that is
// due later before one that is due now. Therefore a slot knows the two newest departures.
//
// An event that leaves later waits in the timed queue with a ticket. When a newer one replaces it,
// its ticket is marked, and it is dropped when it is due. Bounds: slots_max addresses or
// controllers are distinguished; any more are let through. No allocation after construction.
// Threads: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace tactus::flow {

struct rate_gate_settings {
    std::int64_t throttle_ns = 0; // 0: none
    bool dedupe = false;

    [[nodiscard]] bool is_open() const noexcept { return throttle_ns == 0 && !dedupe; }
};

class rate_gate {
public:
    static constexpr std::size_t slots_max = 256;

    enum class verdict : std::uint8_t {
        now,       // let through unchanged
        later,     // leaves at due_ns, with a new ticket: give it to wait_as()
        throttled, // not at all
        unchanged,
    };
    struct answer {
        verdict what = verdict::now;
        std::int64_t due_ns = 0;
        std::uint32_t replaces = 0; // the ticket of the event that this one replaces
    };

    // An event that a route is about to send.
    struct question {
        std::uint64_t key = 0;
        std::uint64_t content = 0;
        std::int64_t due_ns = 0;
        std::int64_t came_ns = 0;         // it leaves no earlier
        std::int64_t ends_ns = never_ns;  // end of its own: afterwards the same is no repetition
        std::uint64_t delivery_epoch = 0; // output_account::delivery_epoch of its outputs
        bool may_wait = true;             // it may leave later; false for a note
    };
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

    explicit rate_gate(const rate_gate_settings& settings)
        : settings_(settings), slots_(slots_max * 2) {}

    // Events that are due later than this one do not change the answer, unless they had to leave
    // ahead of time.
    [[nodiscard]] answer ask(const question& about) noexcept;
    // The event of that key that leaves later, as the last answer says, has this ticket.
    void wait_as(std::uint64_t key, std::uint32_t ticket) noexcept {
        place_of(key).newest.ticket = ticket;
    }
    // The event with that ticket is on its way: nothing replaces it any more.
    void departed(std::uint64_t key, std::uint32_t ticket) noexcept;

    // A note-off passed: the next note-on is no repetition, whatever it contains. `key`: of that
    // note-on.
    void note_ended(std::uint64_t key, std::int64_t due_ns) noexcept;

    // Some events of it wait to be judged when they are due.
    void has_scheduled(bool has) noexcept { has_scheduled_ = has; }
    [[nodiscard]] bool has_scheduled() const noexcept { return has_scheduled_; }

private:
    static constexpr std::uint64_t nothing = 1; // content that no message can have

    // An event that was let through.
    struct departure {
        std::uint64_t content = 0;        // 0: none was
        std::uint64_t delivery_epoch = 0; // when it was let through
        std::int64_t ends_ns = 0;         // its own end
        std::int64_t due_ns = 0;
        std::int64_t leaves_ns = 0;
        std::uint32_t ticket = 0; // if it waits
    };
    struct slot {
        std::uint64_t key = 0; // 0: free
        departure newest;      // the last by due time
        departure before;      // the one before it
    };

    [[nodiscard]] static departure made_of(const question& about, std::int64_t leaves_ns) noexcept;
    [[nodiscard]] bool is_unchanged(const departure& before, const question& now) const noexcept;
    [[nodiscard]] answer ask_next(slot& of, const question& about, std::int64_t leaves_ns) noexcept;
    [[nodiscard]] answer ask_between(slot& of, const question& about,
                                     std::int64_t leaves_ns) noexcept;
    // The slot of that key, used or not.
    [[nodiscard]] slot& place_of(std::uint64_t key) noexcept;
    // Takes a slot for that key; returns nullptr if all are taken.
    [[nodiscard]] slot* find(std::uint64_t key) noexcept;

    rate_gate_settings settings_;
    std::vector<slot> slots_; // open addressing, at most half full
    std::size_t used_ = 0;
    bool has_scheduled_ = false;
};

// The key that distinguishes a message, and a hash of all of it. Never 0. Bounds: well-formed OSC
// or MIDI.
[[nodiscard]] std::uint64_t gate_key(std::uint8_t protocol,
                                     std::span<const std::uint8_t> message) noexcept;
[[nodiscard]] std::uint64_t gate_content(std::span<const std::uint8_t> message) noexcept;
// The key of the note-on that this note-off ends. Bounds: a note-off, also as note-on with
// velocity 0.
[[nodiscard]] std::uint64_t gate_key_of_ended(std::span<const std::uint8_t> note_off) noexcept;

} // namespace tactus::flow
