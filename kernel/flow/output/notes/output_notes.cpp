// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/output_notes.hpp"

#include <algorithm>
#include <limits>

namespace tactus::flow {

note_change output_notes::change_of(const note_place& where, std::span<const std::uint8_t> message,
                                    std::uint32_t sender) {
    note_change what;
    what.sender = sender;
    if (sounding::effect_of(message) != sounding::effect::none) {
        what.at = ports_.handle_of(ports_.of(where.port, where.written_for));
        std::copy_n(message.begin(), std::min(message.size(), what.message.size()),
                    what.message.begin());
    }
    return what;
}

void output_notes::sent(const note_change& what, std::int64_t effect_ns, std::int64_t now_ns) {
    if (what.is_none()) {
        return;
    }
    take_effect_until(now_ns);
    if (effect_ns <= now_ns) {
        apply(what, now_ns);
        return;
    }
    if (scheduled_.is_full()) {
        take_first();
    }
    if (port_notes::entry* const here = ports_.find(what.at)) {
        here->latest_ns = std::max(here->latest_ns, effect_ns);
        set_under_way(what, *here);
        here->record.set_latest(here->latest_ns);
        if (sounding::effect_of(what.message) == sounding::effect::ends) {
            here->ending.reset(sounding::place_of(what.message));
        }
        limit_.expect(what, effect_ns);
    }
    scheduled_.add(what, effect_ns);
}

void output_notes::lost(const note_change& what) noexcept {
    port_notes::entry* const here = what.is_none() ? nullptr : ports_.find(what.at);
    if (here == nullptr) {
        return;
    }
    switch (sounding::effect_of(what.message)) {
    case sounding::effect::begins:
        here->owed.forgive(sounding::place_of(what.message));
        break;
    case sounding::effect::ends:
        here->ending.reset(sounding::place_of(what.message));
        break;
    case sounding::effect::ends_channel:
    case sounding::effect::none:
        break;
    }
}

std::uint32_t output_notes::hand_over(const flow::in_flight::event& one) {
    if (port_notes::entry* const here =
            one.change.is_none() ? nullptr : ports_.find(one.change.at)) {
        set_under_way(one.change, *here);
        if (sounding::effect_of(one.change.message) == sounding::effect::begins) {
            here->begun_ns = std::max(here->begun_ns, one.due_ns);
        }
        limit_.expect(one.change, one.due_ns);
    }
    return in_flight_.add(one);
}

void output_notes::finish(std::uint32_t number) noexcept {
    const note_change& what = in_flight_[number].change;
    if (port_notes::entry* const here = what.is_none() ? nullptr : ports_.find(what.at)) {
        set_arrived(what, *here);
    }
    in_flight_.remove(number);
}

void output_notes::cut_off(bool may_have_sent, std::int64_t now_ns) noexcept {
    std::vector<std::uint32_t> left;
    in_flight_.for_each([&](std::uint32_t number, const flow::in_flight::event& each) {
        left.push_back(number);
        const bool begins = !each.change.is_none() &&
                            sounding::effect_of(each.change.message) == sounding::effect::begins;
        if (may_have_sent && begins) {
            apply(each.change, now_ns);
        }
        lost(each.change);
    });
    for (const std::uint32_t number : left) {
        finish(number);
    }
}

std::size_t output_notes::count(std::int64_t now_ns) noexcept {
    take_effect_until(now_ns);
    return ports_.count();
}

output_notes::remains output_notes::remains_of(port_notes::entry& at, bool with_in_flight) {
    remains left{&at, at.notes, at.latest_ns};
    left.on.add(at.in_doubt);
    for (const scheduled_changes::change& each : scheduled_for(at)) {
        left.on.follow(each.what.message);
    }
    if (with_in_flight && at.under_way > 0) {
        in_flight_.for_each([&](std::uint32_t, const flow::in_flight::event& each) {
            if (!each.change.is_none() && ports_.find(each.change.at) == &at &&
                sounding::effect_of(each.change.message) == sounding::effect::begins) {
                left.on.follow(each.change.message);
            }
        });
    }
    left.on.remove(at.ending);
    return left;
}

// The changes that have left for it and take effect later, in that order.
std::vector<scheduled_changes::change> output_notes::scheduled_for(const port_notes::entry& at) {
    if (at.under_way == 0) {
        return {};
    }
    return scheduled_.in_order(
        [&](const note_change& what) { return ports_.find(what.at) == &at; });
}

output_notes::held_places output_notes::held_at(port_notes::entry& at, const sender_range& who) {
    held_places held;
    at.holders.find(who, held.its, held.others);
    const auto begin = [&](const note_change& what) {
        (who.has(what.sender) ? held.its : held.others).set(sounding::place_of(what.message));
    };
    for (const scheduled_changes::change& each : scheduled_for(at)) {
        const std::span<const std::uint8_t> message = each.what.message;
        if (sounding::effect_of(message) == sounding::effect::begins) {
            begin(each.what);
        } else {
            sounding::follow_end(message, held.its);
            sounding::follow_end(message, held.others);
        }
    }
    if (at.under_way > 0) {
        in_flight_.for_each([&](std::uint32_t, const flow::in_flight::event& each) {
            if (!each.change.is_none() && ports_.find(each.change.at) == &at &&
                sounding::effect_of(each.change.message) == sounding::effect::begins) {
                begin(each.change);
            }
        });
    }
    return held;
}

output_notes::remains output_notes::let_go(port_notes::entry& at, const sender_range& who) {
    const held_places held = held_at(at, who);
    at.holders.forget(who);
    const auto forget = [&](note_change& what) { // what it still begins is ended, too
        if (who.has(what.sender) && ports_.find(what.at) == &at) {
            what.sender = note_holders::nobody;
        }
    };
    in_flight_.for_each_change(forget);
    scheduled_.for_each([&](scheduled_changes::change& each) { forget(each.what); });
    remains left{&at, {}, std::max(at.latest_ns, at.begun_ns)};
    left.on.add(held.its & ~held.others & ~at.ending);
    return left;
}

// Until it has arrived, an end of the same place that is reported now may be the one before it.
void output_notes::set_under_way(const note_change& what, port_notes::entry& at) {
    ++at.under_way;
    recorder_.left(what, at);
}

void output_notes::set_arrived(const note_change& what, port_notes::entry& at) noexcept {
    --at.under_way;
    sounding_recorder::arrived(what, at);
}

void output_notes::end_record(bool keeps) {
    for (port_notes::entry& each : ports_.all()) {
        each.record.finish(keeps ? remains_of(each, false).on : sounding());
    }
    recorder_.stop();
}

output_notes::left_behind output_notes::set_aside() {
    take_effect_until(std::numeric_limits<std::int64_t>::max()); // an end is due after latest_ns
    left_behind all;
    for (port_notes::entry& each : ports_.all()) {
        sounding on = each.notes;
        on.add(each.in_doubt);
        const std::size_t here = on.to_end();
        if (here > 0) {
            all.sounding += here;
            all.kept += recorder_.is_on() && recorder_.leave(each, on) ? here : 0;
        } else {
            each.record.release();
        }
        each.forget();
    }
    return all;
}

bool output_notes::is_held_by_others(const note_place& where, std::span<const std::uint8_t> message,
                                     std::uint32_t sender) {
    port_notes::entry* const here = ports_.find(where.port, where.written_for);
    if (here == nullptr || sounding::effect_of(message) != sounding::effect::ends) {
        return false;
    }
    const std::size_t place = sounding::place_of(message);
    return here->under_way > 0 ? held_at(*here, sender).others[place]
                               : here->holders.is_held_by_others(place, sender);
}

void output_notes::take_effect_until(std::int64_t now_ns) noexcept {
    while (scheduled_.has_due(now_ns)) {
        take_first();
    }
}

void output_notes::take_first() noexcept {
    const scheduled_changes::change first = scheduled_.take_first();
    if (port_notes::entry* const here = ports_.find(first.what.at)) {
        set_arrived(first.what, *here);
    }
    apply(first.what, first.effect_ns);
}

void output_notes::apply(const note_change& what, std::int64_t now_ns) noexcept {
    port_notes::entry* const here = ports_.find(what.at);
    if (here == nullptr) {
        return;
    }
    switch (sounding::effect_of(what.message)) {
    case sounding::effect::begins: {
        const std::size_t place = sounding::place_of(what.message);
        here->began(place, what.sender);
        limit_.began(*here, place, now_ns);
        break;
    }
    case sounding::effect::ends:
        here->ended(sounding::place_of(what.message), now_ns);
        break;
    case sounding::effect::ends_channel:
        here->ended_notes_of(what.message[0] & 0x0FU, now_ns);
        break;
    case sounding::effect::none:
        break;
    }
}

void output_notes::begin_look(std::int64_t now_ns) noexcept {
    take_effect_until(now_ns);
    limit_.begin_look();
    in_flight_.for_each([this, now_ns](std::uint32_t, const flow::in_flight::event& each) {
        limit_.expect(each.change, std::max(each.due_ns, now_ns));
    });
    scheduled_.for_each([this](const scheduled_changes::change& each) {
        limit_.expect(each.what, each.effect_ns);
    });
}

} // namespace tactus::flow
