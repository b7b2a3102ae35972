// SPDX-License-Identifier: MIT
#include "kernel/flow/route/fan_out.hpp"

#include "kernel/flow/queue/shared_payload.hpp"

#include <algorithm>
#include <bitset>
#include <utility>
#include <vector>

namespace tactus::flow {
namespace {

// Whether this route sends the messages of that input there, and no other open route does. What
// another may have sent as well goes on; its own end will come.
bool is_last_way(const router& all, const route_muting& muting, std::uint16_t route,
                 std::uint16_t input, std::uint16_t output) noexcept {
    for (std::uint16_t i = 0; i < all.size(); ++i) {
        const router::way& each = all.way_of(i);
        if (!each.is_own && each.leads(input, output) && !muting.is_muted_by_operator(i)) {
            return false;
        }
    }
    const router::way& mine = all.way_of(route);
    return !mine.is_own && mine.leads(input, output);
}

// Calls use(input, output) for each two ends of a route.
template <class Use>
void for_each_end(const router::way& of, Use&& use) {
    for (const std::uint16_t input : of.inputs) {
        for (const std::uint16_t output : of.outputs) {
            use(input, output);
        }
    }
}

// The waiting events that the route's mute takes back. The events that it has made are its own. An
// event itself may have come by each of the routes that send it on unchanged; if all of these are
// muted, it is taken back, whichever it came by.
std::vector<retraction> retractions_of(const router& all, const route_muting& muting,
                                       std::uint16_t route) {
    const router::way& mine = all.way_of(route);
    if (mine.is_own) {
        return {{.route = all.id_of(route)}};
    }
    std::vector<std::bitset<outputs_max>> closed(all.inputs()); // by input
    for_each_end(mine,
                 [&](std::uint16_t input, std::uint16_t output) { closed[input].set(output); });
    for (std::uint16_t i = 0; i < all.size(); ++i) {
        if (!all.way_of(i).is_own && !muting.is_muted_by_operator(i)) {
            for_each_end(all.way_of(i), [&](std::uint16_t input, std::uint16_t output) {
                closed[input].reset(output);
            });
        }
    }
    std::vector<retraction> taken;
    for (std::uint16_t i = 0; i < all.size(); ++i) {
        if (!all.way_of(i).is_own) {
            for_each_end(all.way_of(i), [&](std::uint16_t input, std::uint16_t output) {
                if (closed[input][output]) {
                    taken.push_back({input, output, all.id_of(i)});
                }
            });
        }
    }
    return taken;
}

} // namespace

fan_out::fan_out(dispatcher& dispatcher, const time::clock& clock)
    : dispatcher_(dispatcher), clock_(clock), watch_(dispatcher, clock),
      ports_(dispatcher, router_, names_), rules_(router_, names_, watch_),
      record_(dispatcher, observers_),
      former_({router_, muting_, account_, dispatcher.outcomes().misses()}),
      finder_({router_, rules_, muting_, ports_, record_, account_}),
      sender_({dispatcher, watch_, ports_, muting_, writer_, record_}), gated_(dispatcher),
      own_sender_({dispatcher, watch_, writer_, sender_, record_, gated_}) {}

void fan_out::configure(router routes, const circle_settings& circles) {
    former_.keep(routes);
    routes.take_gates(router_);
    router_ = std::move(routes);
    gated_.configure(router_);
    ports_.forget();
    muting_.configure(circles, router_.size());
    record_.make_room(router_.destinations_max());
    rules_.make_room();
    account_.make_room(router_.size());
    finder_.make_room();
    former_.resume(clock_.now_ns(),
                   [this](std::uint16_t id) { dispatcher_.silencer().forget_route(id); });
    share_out();
}

void fan_out::end_unreachable(std::span<const std::uint16_t> spared_inputs) {
    const auto is_spared = [&](std::uint16_t input) {
        return std::find(spared_inputs.begin(), spared_inputs.end(), input) != spared_inputs.end();
    };
    const auto is_ended = [&](std::uint16_t output, const note_owner& owner) {
        return owner.input != no_input && !is_spared(owner.input) &&
               former_.is_end_lost(output, owner);
    };
    dispatcher_.silencer().end_notes_everywhere(is_ended, silence_cause::reload);
}

void fan_out::share_out() {
    std::vector<std::vector<std::uint16_t>> outputs_of(router_.inputs());
    for (std::size_t i = 0; i < outputs_of.size(); ++i) {
        const auto outputs = router_.reachable(static_cast<std::uint16_t>(i));
        outputs_of[i].assign(outputs.begin(), outputs.end());
    }
    dispatcher_.queue().share_out(outputs_of);
}

void fan_out::set_outcome_observer(std::uint16_t input, outcome_observer* who) noexcept {
    observers_.set(input, who);
    dispatcher_.outcomes().set_outcome_observers(observers_.is_empty() ? nullptr : &observers_);
}

outcome fan_out::send(const message& one) noexcept {
    record_.begin();
    rules_.begin();
    muting_.begin(one);
    switch (finder_.find(one)) {
    case target_finder::finding::too_costly:
        return {outcome::kind::too_costly};
    case target_finder::finding::ambiguous_port:
        return {outcome::kind::unrouted, {}, unrouted::ambiguous_port};
    case target_finder::finding::clear:
        break;
    }
    send_to_targets(one);
    if (router_.has_own_rules(one.input)) {
        send_own(one);
    }
    return record_.settle(one);
}

void fan_out::mute(std::uint16_t route, bool is_muted) {
    muting_.mute(route, is_muted);
    if (!is_muted) {
        return;
    }
    dispatcher_.take_back(retractions_of(router_, muting_, route));
    const std::uint16_t id = router_.id_of(route);
    const auto is_its = [&](std::uint16_t output, const note_owner& owner) {
        return owner.route != note_owner::no_route
                   ? owner.route == id
                   : is_last_way(router_, muting_, route, owner.input, output);
    };
    dispatcher_.silencer().end_notes_everywhere(is_its, silence_cause::operator_);
}

void fan_out::send_to_targets(const message& one) noexcept {
    const target_list& targets = finder_.targets();
    const shared_payload shared(dispatcher_.queue(), one.bytes, targets.all().size());
    const std::size_t steps = due_watch::delivery_steps + due_watch::copied(shared.copied());
    for (const std::uint16_t output : targets.all()) {
        destination to{output, port_table::none, note_owner::no_route, muting_.closes(output),
                       router_.id_of(targets.route_to(output))};
        route_result end = sender_.find_port(one, to);
        if (end != route_result::delivered) {
            account_.fared(output, end);
            continue;
        }
        end = one.opens == nullptr ? sender_.send(one, to, shared.block())
                                   : sender_.begin_parts(one, to, shared.block());
        account_.fared(output, end);
        watch_.did(steps);
    }
    account_.settle(targets, router_);
}

// Sends the events that routes make of the message.
void fan_out::send_own(const message& one) noexcept {
    rules_.for_each_own(one, [&](const rule& each, const event_scope& scope) {
        route_result end = route_result::filtered;
        if (!each.route.filter.takes(scope)) {
            record_.note(unrouted::filtered);
        } else if (one.opens == nullptr) {
            end = own_sender_.send(each, one, scope,
                                   muting_.is_active() ? finder_.muted_as(each.number, one)
                                                       : std::nullopt);
        } else {
            end = refuse_first_part(each);
        }
        account_.count(each.number, end);
    });
}

// A SysEx in parts: routes that would rewrite or delay it do not take it.
route_result fan_out::refuse_first_part(const rule& rule) noexcept {
    for (const std::uint16_t output : rule.route.outputs) {
        record_.untaken(output, dropped::too_large,
                        "a route with `as`, `throttle` or `dedupe` takes no SysEx of more than "
                        "65536 bytes");
    }
    return route_result::too_large;
}

bool fan_out::has_room(const room_question& packet) const noexcept {
    const room_question more = most_made_of(packet);
    const std::span<const std::uint16_t> outputs = router_.reachable(packet.input);
    return std::all_of(outputs.begin(), outputs.end(), [&](std::uint16_t output) {
        return dispatcher_.queue().has_room(output, more);
    });
}

bool fan_out::has_space(const room_question& packet) const noexcept {
    const room_question more = most_made_of(packet);
    const std::span<const std::uint16_t> outputs = router_.reachable(packet.input);
    return std::all_of(outputs.begin(), outputs.end(), [&](std::uint16_t output) {
        return dispatcher_.queue().has_space(output, more);
    });
}

// Routes that translate may make several deliveries of a message.
room_question fan_out::most_made_of(const room_question& packet) const noexcept {
    const std::uint64_t times = router_.deliveries_max(packet.input);
    room_question more = packet;
    more.more = {packet.more.events * times, packet.more.bytes * times};
    return more;
}

bool fan_out::may_end_something(const message& one) const noexcept {
    if (one.osc == nullptr && sounding::effect_of(one.bytes) == sounding::effect::none) {
        return false;
    }
    const std::span<const std::uint16_t> outputs = router_.reachable(one.input);
    return std::any_of(outputs.begin(), outputs.end(), [&](std::uint16_t output) {
        return dispatcher_.outputs().at(output).notes.admission().owes_any();
    });
}

} // namespace tactus::flow
