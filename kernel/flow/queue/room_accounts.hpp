// SPDX-License-Identifier: MIT
// The use of the timed queue's rooms: an account for each way from an input to an output, for each
// input, and for the rooms of each output and of all outputs (shares.hpp). Pure arithmetic: it
// knows no event, no order and no time; whoever moves an event tells it what moved.
//
//     held by a way = pending in each of its lanes + taken out by the dispatcher
//     held by an input = the sum over its ways
//
// Inputs and outputs are given by number; no_input is the kernel itself. Bounds of each function of
// one way: knows(input), and set_output() made the output. Owned by timed_queue. Single thread.
#pragma once

#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/queue/lane_number.hpp"
#include "kernel/flow/queue/queue_amount.hpp"
#include "kernel/flow/queue/shares.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace tactus::flow {

class room_accounts {
public:
    // The waiting events of one cancel group may be this many times what is left for its way: one
    // client of an input therefore leaves a third of its room to the next, and so on, however many
    // come.
    static constexpr std::uint64_t group_factor = 2;

    // The limit of all outputs together.
    explicit room_accounts(const queue_amount& limit) : all_(limit) { add_input(no_input); }

    [[nodiscard]] const queue_amount& limit() const noexcept { return all_.limit(); }

    // An output with nothing in its room, and without parts until share_out. Bounds: its number is
    // at most how many there are; a number that is used again has an empty account. Allocates.
    void set_output(std::uint16_t output, const queue_amount& limit);
    // Another limit for the room of an output; share_out must follow.
    void limit_output(std::uint16_t output, const queue_amount& limit) noexcept {
        outputs_[output].room = shared_room(limit);
    }
    // Gives each way its parts; see timed_queue. Allocates.
    void share_out(std::span<const std::vector<std::uint16_t>> outputs_of);
    // See timed_queue. Allocates.
    void limit_input(std::uint16_t input, std::uint64_t events);

    [[nodiscard]] bool knows(std::uint16_t input) const noexcept {
        return place_of(input) < inputs_.size();
    }
    // For one that no route leads from. Allocates the first time.
    void add_input(std::uint16_t input) {
        if (!knows(input)) {
            make_places(place_of(input) + std::size_t{1});
        }
    }

    // Whether the way may hold this much more.
    [[nodiscard]] bool fits(std::uint16_t output, std::uint16_t input, const queue_amount& more,
                            claim by) const noexcept;
    // How much more it may hold, for an event without a claim.
    [[nodiscard]] queue_amount left(std::uint16_t output, std::uint16_t input) const noexcept;
    // The amount capped at what the way could ever hold without a claim, and, if it holds nothing,
    // at its own part.
    [[nodiscard]] queue_amount capped(std::uint16_t output, std::uint16_t input,
                                      queue_amount more) const noexcept;
    // After taking `more`, a group may hold at most group_factor times what is left for others.
    [[nodiscard]] static bool leaves_others_room(const queue_amount& pending_in_group,
                                                 const queue_amount& more,
                                                 const queue_amount& left) noexcept {
        const queue_amount after = pending_in_group + more;
        const queue_amount rest = rest_of(left, more);
        return after.events <= group_factor * rest.events &&
               after.bytes / group_factor <= rest.bytes;
    }

    // The way holds more, or less.
    void take_in(std::uint16_t output, std::uint16_t input, const queue_amount& more) noexcept;
    void take_off(std::uint16_t output, std::uint16_t input, const queue_amount& gone) noexcept;
    // Of what it holds, this is pending in a lane, or is no longer.
    void add_pending(std::uint16_t output, std::uint16_t input, std::uint8_t lane,
                     const queue_amount& more) noexcept {
        way_of(output, input).pending[lane] += more;
    }
    void remove_pending(std::uint16_t output, std::uint16_t input, std::uint8_t lane,
                        const queue_amount& gone) noexcept {
        way_of(output, input).pending[lane] -= gone;
    }
    // Nothing is pending in that lane any more, and none of that is held; returns how much it was.
    queue_amount take_off_all(std::uint16_t output, std::uint8_t lane) noexcept;

    [[nodiscard]] const queue_amount& pending(std::uint16_t output, std::uint16_t input,
                                              std::uint8_t lane) const noexcept {
        return way_of(output, input).pending[lane];
    }
    // Events of one input, in all outputs together.
    [[nodiscard]] std::uint64_t held(std::uint16_t input) const noexcept {
        return knows(input) ? inputs_[place_of(input)].held : 0;
    }

private:
    // One input at one output.
    struct way {
        queue_amount held;
        std::array<queue_amount, lanes_count> pending;
        queue_amount part_here;   // of the output's room
        queue_amount part_of_all; // of the room of all outputs
    };
    struct output_account {
        shared_room room;
        std::vector<way> ways; // by place_of(input)
    };
    struct input_account {
        std::uint64_t held = 0; // events
        std::uint64_t events_max = ~std::uint64_t{0};

        // Without the tenth that is reserved.
        [[nodiscard]] std::uint64_t usable() const noexcept {
            return events_max - events_max / shared_room::reserve_divisor;
        }
    };

    // Index 0 is the kernel's own events, then the inputs follow.
    [[nodiscard]] static std::uint16_t place_of(std::uint16_t input) noexcept {
        static_assert(static_cast<std::uint16_t>(no_input + 1) == 0);
        return static_cast<std::uint16_t>(input + 1);
    }
    void make_places(std::size_t count);
    void divide_rooms() noexcept;
    [[nodiscard]] way& way_of(std::uint16_t output, std::uint16_t input) noexcept {
        return outputs_[output].ways[place_of(input)];
    }
    [[nodiscard]] const way& way_of(std::uint16_t output, std::uint16_t input) const noexcept {
        return outputs_[output].ways[place_of(input)];
    }

    shared_room all_;
    std::vector<output_account> outputs_;
    std::vector<input_account> inputs_; // by place_of(input)
};

} // namespace tactus::flow
