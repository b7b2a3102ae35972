// SPDX-License-Identifier: MIT
// `throttle` and `dedupe` of a route: for each address, or controller, decides what is let through
// at once, later, or not at all. A value is never suppressed if the previous one may have been
// lost. Of the events that come faster than the throttle, the newest leaves when the time is over,
// so a fader ends where the hand left it. Owned by its rule in the router; asked by rule_sender.
//
// An event that leaves later enters the timed queue at once, with a ticket. When a newer one
// replaces it, its ticket is marked, and due_batch drops it when it is due. Bounds: slots_max
// addresses or controllers are distinguished; any more are let through. No allocation after
// construction. Threads: loop.
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
        std::size_t slot = 0;       // for wait_as()
    };

    // An event that a route is about to send.
    struct question {
        std::uint64_t key = 0;
        std::uint64_t content = 0;
        std::int64_t due_ns = 0;
        std::int64_t ends_ns = never_ns;  // end of its own: afterwards the same is no repetition
        std::uint64_t delivery_epoch = 0; // output_account::delivery_epoch of its outputs
        bool may_wait = true;             // it may leave later; false for a note
    };
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

    explicit rate_gate(const rate_gate_settings& settings)
        : settings_(settings), slots_(slots_max * 2) {}

    [[nodiscard]] answer ask(const question& about) noexcept;
    // The event leaves later, as the last answer says, under this ticket.
    void wait_as(const answer& last, std::uint32_t ticket) noexcept {
        slots_[last.slot].ticket = ticket;
    }

    // A note-off passed: the next note-on of that key is no repetition, whatever it contains.
    // Bounds: a note-off, also as note-on with velocity 0.
    void note_ended(std::span<const std::uint8_t> note_off) noexcept;

private:
    static constexpr std::uint64_t nothing = 1; // content that no message can have

    struct slot {
        std::uint64_t key = 0; // 0: free
        std::uint64_t content = 0;
        std::uint64_t delivery_epoch = 0; // the epoch when the content was let through
        std::int64_t ends_ns = 0;         // the content's own end
        std::int64_t last_ns = 0;         // when the newest leaves or left
        std::uint32_t ticket = 0;         // of the newest, if it waits
    };

    static void let_through(slot& into, const question& what) noexcept;
    [[nodiscard]] bool is_unchanged(const slot& before, const question& now) const noexcept;
    // The slot of that key, used or not.
    [[nodiscard]] slot& place_of(std::uint64_t key) noexcept;
    // Takes a slot for that key; returns nullptr if all are taken.
    [[nodiscard]] slot* find(std::uint64_t key) noexcept;

    rate_gate_settings settings_;
    std::vector<slot> slots_; // open addressing, at most half full
    std::size_t used_ = 0;
};

// The key that distinguishes a message, and a hash of all of it. Never 0. Bounds: well-formed OSC
// or MIDI.
[[nodiscard]] std::uint64_t gate_key(std::uint8_t protocol,
                                     std::span<const std::uint8_t> message) noexcept;
[[nodiscard]] std::uint64_t gate_content(std::span<const std::uint8_t> message) noexcept;

} // namespace tactus::flow
