// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/room_accounts.hpp"

#include "kernel/base/assert.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace tactus::flow {

namespace {
constexpr std::uint64_t own_half = 2; // half is divided into parts, the other half is the rest
} // namespace

void room_accounts::make_places(std::size_t count) {
    if (count > inputs_.size()) {
        inputs_.resize(count);
        for (output_account& each : outputs_) {
            each.ways.resize(count);
        }
    }
}

void room_accounts::set_output(std::uint16_t output, const queue_amount& limit) {
    TACTUS_ASSERT(output <= outputs_.size());
    if (output == outputs_.size()) {
        outputs_.emplace_back();
    }
    outputs_[output] = {shared_room(limit), std::vector<way>(inputs_.size())};
}

void room_accounts::limit_input(std::uint16_t input, std::uint64_t events) {
    TACTUS_ASSERT(events > 0);
    add_input(input);
    inputs_[place_of(input)].events_max = events;
}

void room_accounts::share_out(std::span<const std::vector<std::uint16_t>> outputs_of) {
    make_places(outputs_of.size() + 1);
    std::uint64_t inputs = 0;
    std::vector<std::uint64_t> inputs_of(outputs_.size());
    for (const std::vector<std::uint16_t>& outputs : outputs_of) {
        inputs += outputs.empty() ? 0U : 1U;
        for (const std::uint16_t output : outputs) {
            ++inputs_of.at(output);
        }
    }
    for (output_account& each : outputs_) {
        for (way& one : each.ways) {
            one.part_here = {};
            one.part_of_all = {};
        }
    }
    for (std::size_t i = 0; i < outputs_of.size(); ++i) {
        const std::uint64_t own_max = inputs_[i + 1].events_max;
        for (const std::uint16_t output : outputs_of[i]) {
            const queue_amount usable = outputs_[output].room.usable();
            way& one = outputs_[output].ways[i + 1];
            const queue_amount of_input =
                smaller_of(divided(all_.usable(), own_half * inputs),
                           {own_max, std::numeric_limits<std::uint64_t>::max()});
            one.part_here = divided(usable, own_half * inputs_of[output]);
            one.part_of_all = smaller_of(divided(of_input, outputs_of[i].size()), usable);
        }
    }
    divide_rooms();
}

void room_accounts::divide_rooms() noexcept {
    queue_amount parts_of_all;
    queue_amount beyond_all;
    for (output_account& each : outputs_) {
        queue_amount parts;
        queue_amount beyond;
        for (const way& one : each.ways) {
            parts += one.part_here;
            beyond += rest_of(one.held, one.part_here);
            parts_of_all += one.part_of_all;
            beyond_all += rest_of(one.held, one.part_of_all);
        }
        each.room.divide(parts, beyond);
    }
    all_.divide(parts_of_all, beyond_all);
}

// A tenth of an input's own limit is reserved too.
bool room_accounts::fits(std::uint16_t output, std::uint16_t input, const queue_amount& more,
                         claim by) const noexcept {
    const shared_room& here = outputs_[output].room;
    const way& one = way_of(output, input);
    const input_account& from = inputs_[place_of(input)];
    return from.held + more.events <= (by == claim::none ? from.usable() : from.events_max) &&
           here.fits(one.held, one.part_here, more, by) &&
           all_.fits(one.held, one.part_of_all, more, by);
}

queue_amount room_accounts::left(std::uint16_t output, std::uint16_t input) const noexcept {
    const shared_room& here = outputs_[output].room;
    const way& one = way_of(output, input);
    const input_account& from = inputs_[place_of(input)];
    queue_amount least =
        smaller_of(here.left(one.held, one.part_here), all_.left(one.held, one.part_of_all));
    least.events = std::min(least.events, from.usable() - std::min(from.usable(), from.held));
    return least;
}

queue_amount room_accounts::capped(std::uint16_t output, std::uint16_t input,
                                   queue_amount more) const noexcept {
    const shared_room& here = outputs_[output].room;
    const way& one = way_of(output, input);
    more = smaller_of(more, smaller_of(here.most(one.part_here), all_.most(one.part_of_all)));
    more.events = std::min(more.events, inputs_[place_of(input)].usable());
    if (one.held.events == 0 && one.part_of_all.events > 0 && one.part_here.events > 0) {
        more = smaller_of(more, smaller_of(one.part_here, one.part_of_all));
    }
    return more;
}

void room_accounts::take_in(std::uint16_t output, std::uint16_t input,
                            const queue_amount& more) noexcept {
    way& one = way_of(output, input);
    outputs_[output].room.add(one.held, one.part_here, more);
    all_.add(one.held, one.part_of_all, more);
    one.held += more;
    inputs_[place_of(input)].held += more.events;
}

void room_accounts::take_off(std::uint16_t output, std::uint16_t input,
                             const queue_amount& gone) noexcept {
    way& one = way_of(output, input);
    one.held -= gone;
    inputs_[place_of(input)].held -= gone.events;
    outputs_[output].room.remove(one.held, one.part_here, gone);
    all_.remove(one.held, one.part_of_all, gone);
}

queue_amount room_accounts::take_off_all(std::uint16_t output, std::uint8_t lane) noexcept {
    queue_amount sum;
    for (std::size_t place = 0; place < inputs_.size(); ++place) {
        const auto input = static_cast<std::uint16_t>(place - 1);
        const queue_amount gone = std::exchange(way_of(output, input).pending[lane], {});
        take_off(output, input, gone);
        sum += gone;
    }
    return sum;
}

} // namespace tactus::flow
