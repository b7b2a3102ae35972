// SPDX-License-Identifier: MIT
// The timed queue: how much each input may use, and how much it uses. Sums: see shares.hpp.
#include "kernel/flow/queue/timed_queue.hpp"

#include <algorithm>
#include <limits>

namespace tactus::flow {
namespace {

constexpr std::uint64_t own_half = 2; // half is divided into parts, the other half is the rest

// The most that this many messages may take, if only the sum of their lengths is known.
queue_amount most_of(const queue_amount& messages) noexcept {
    std::uint64_t bytes = messages.events * cell_store::cell_bytes;
    if (messages.events <= 1) {
        bytes += cell_store::block_bytes_for(messages.bytes);
    } else if (messages.bytes > event_cell::inline_max) {
        // A block is at most four times as long as its payload and its head.
        const std::uint64_t head = cell_store::block_bytes_for(event_cell::inline_max + 1);
        bytes += 4 * messages.bytes + messages.events * head;
    }
    return {messages.events, bytes};
}

} // namespace

void timed_queue::make_places(std::size_t count) {
    if (count > inputs_.size()) {
        inputs_.resize(count);
        for (const std::unique_ptr<output_queue>& each : outputs_) {
            each->ways.resize(count);
        }
    }
}

void timed_queue::limit_input(std::uint16_t input, std::uint64_t events) {
    TACTUS_ASSERT(events > 0);
    make_places(place_of(input) + 1);
    inputs_[place_of(input)].events_max = events;
}

void timed_queue::share_out(std::span<const std::vector<std::uint16_t>> outputs_of) {
    make_places(outputs_of.size() + 1);
    std::uint64_t inputs = 0;
    std::vector<std::uint64_t> inputs_of(outputs_.size());
    for (const std::vector<std::uint16_t>& outputs : outputs_of) {
        inputs += outputs.empty() ? 0U : 1U;
        for (const std::uint16_t output : outputs) {
            ++inputs_of.at(output);
        }
    }
    for (const std::unique_ptr<output_queue>& each : outputs_) {
        for (way& one : each->ways) {
            one.part_here = {};
            one.part_of_all = {};
        }
    }
    for (std::size_t i = 0; i < outputs_of.size(); ++i) {
        const std::uint64_t own_max = inputs_[i + 1].events_max;
        for (const std::uint16_t output : outputs_of[i]) {
            output_queue& to = *outputs_[output];
            way& one = to.ways[i + 1];
            const queue_amount of_input =
                smaller_of(divided(room_.usable(), own_half * inputs),
                           {own_max, std::numeric_limits<std::uint64_t>::max()});
            one.part_here = divided(to.room.usable(), own_half * inputs_of[output]);
            one.part_of_all = smaller_of(divided(of_input, outputs_of[i].size()), to.room.usable());
        }
    }
    queue_amount parts_of_all;
    queue_amount beyond_all;
    for (const std::unique_ptr<output_queue>& each : outputs_) {
        queue_amount parts;
        queue_amount beyond;
        for (const way& one : each->ways) {
            parts += one.part_here;
            beyond += rest_of(one.held, one.part_here);
            parts_of_all += one.part_of_all;
            beyond_all += rest_of(one.held, one.part_of_all);
        }
        each->room.divide(parts, beyond);
    }
    room_.divide(parts_of_all, beyond_all);
}

void timed_queue::take_in(output_queue& to, std::size_t place, const queue_amount& more) noexcept {
    way& one = to.ways[place];
    to.room.add(one.held, one.part_here, more);
    room_.add(one.held, one.part_of_all, more);
    one.held += more;
    inputs_[place].held += more.events;
}

void timed_queue::take_off(output_queue& from, std::size_t place,
                           const queue_amount& gone) noexcept {
    way& one = from.ways[place];
    one.held -= gone;
    inputs_[place].held -= gone.events;
    from.room.remove(one.held, one.part_here, gone);
    room_.remove(one.held, one.part_of_all, gone);
}

// A tenth of an input's own limit is reserved too.
bool timed_queue::fits(const output_queue& to, std::size_t place, const queue_amount& more,
                       claim by) const noexcept {
    const way& one = to.ways[place];
    const input_account& from = inputs_[place];
    const std::uint64_t kept =
        by == claim::none ? from.events_max / shared_room::reserve_divisor : 0;
    return from.held + more.events <= from.events_max - kept &&
           to.room.fits(one.held, one.part_here, more, by) &&
           room_.fits(one.held, one.part_of_all, more, by);
}

// How much more the way may hold, for an event without a claim.
queue_amount timed_queue::left(const output_queue& to, std::size_t place) const noexcept {
    const way& one = to.ways[place];
    const input_account& from = inputs_[place];
    const std::uint64_t usable = from.events_max - from.events_max / shared_room::reserve_divisor;
    queue_amount least =
        smaller_of(to.room.left(one.held, one.part_here), room_.left(one.held, one.part_of_all));
    least.events = std::min(least.events, usable - std::min(usable, from.held));
    return least;
}

// After taking `more`, a group may hold at most group_factor times what is left for others.
bool timed_queue::leaves_others_room(std::uint32_t group, const queue_amount& more,
                                     const queue_amount& left) const noexcept {
    const queue_amount after = groups_.pending(group) + more;
    const queue_amount rest = rest_of(left, more);
    return after.events <= group_factor * rest.events && after.bytes / group_factor <= rest.bytes;
}

bool timed_queue::has_space(std::uint16_t output, const room_question& asked) const noexcept {
    const output_queue& to = at(output);
    const std::size_t place = place_of(asked.input);
    if (place >= to.ways.size()) {
        return true; // it never sent anything, and no route leads here from it
    }
    const way& one = to.ways[place];
    queue_amount more = smaller_of(
        most_of(asked.more), smaller_of(to.room.most(one.part_here), room_.most(one.part_of_all)));
    const std::uint64_t own_max = inputs_[place].events_max;
    more.events = std::min(more.events, own_max - own_max / shared_room::reserve_divisor);
    if (one.held.events == 0 && one.part_of_all.events > 0 && one.part_here.events > 0) {
        more = smaller_of(more, smaller_of(one.part_here, one.part_of_all));
    }
    if (!fits(to, place, more, claim::none)) {
        return false;
    }
    const std::uint32_t group = asked.group == 0
                                    ? cancel_groups::none
                                    : groups_.find({asked.group, to.lanes[0].epoch, output, 0});
    return group == cancel_groups::none || groups_.pending(group).events == 0 ||
           leaves_others_room(group, more, left(to, place));
}

bool timed_queue::has_room(std::uint16_t output, const room_question& asked) const noexcept {
    const output_queue& to = at(output);
    const std::size_t place = place_of(asked.input);
    const bool makes_its_own = to.limits.policy == when_full::drop_oldest &&
                               place < to.ways.size() && to.ways[place].pending[0].events > 0;
    return makes_its_own || has_space(output, asked);
}

std::uint64_t timed_queue::held(std::uint16_t input) const noexcept {
    return place_of(input) < inputs_.size() ? inputs_[place_of(input)].held : 0;
}

} // namespace tactus::flow
