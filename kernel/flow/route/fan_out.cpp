// SPDX-License-Identifier: MIT
#include "kernel/flow/route/fan_out.hpp"

#include "kernel/codec/osc_dispatch.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tactus::flow {

fan_out::fan_out(dispatcher& dispatcher, const time::clock& clock)
    : dispatcher_(dispatcher), watch_(dispatcher, clock), ports_(dispatcher, router_, names_),
      rules_(router_, names_, watch_), record_(dispatcher, observers_),
      sender_({dispatcher, watch_, ports_, muting_, writer_, record_}),
      own_sender_({dispatcher, watch_, writer_, sender_, record_}) {}

void fan_out::configure(router routes, const circle_settings& circles) {
    router_ = std::move(routes);
    ports_.forget();
    muting_.configure(circles, router_.size());
    record_.make_room(router_.destinations_max());
    rules_.make_room();
    account_.make_room(router_.size());
    targets_.make_room(router_.size());
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
    targets_.clear();
    record_.begin();
    rules_.begin();
    muting_.begin(one);
    if (one.from->dispatches_patterns && !resolve_pattern(one)) {
        return {outcome::kind::too_costly};
    }
    find_targets(one);
    if (!find_ports(one)) {
        count_ambiguous(one);
        return {outcome::kind::unrouted, {}, unrouted::ambiguous_port};
    }
    send_to_targets(one);
    if (router_.has_own_rules(one.input)) {
        send_own(one);
    }
    return record_.settle(one);
}

// Returns false if that costs too much.
bool fan_out::resolve_pattern(const message& one) noexcept {
    return !codec::is_dispatch_pattern(one.address()) || rules_.dispatch(one, targets_);
}

// The outputs that the message itself is sent to.
void fan_out::find_targets(const message& one) noexcept {
    if (muting_.is_active()) {
        muting_.open(targets_.all()); // found by a pattern in the address
    }
    router_.match(one.input, one.address(), targets_, &watch_);
    if (muting_.is_active()) {
        router_.for_each_plain(one.input, one.address(),
                               [&](std::uint16_t route, const std::vector<std::uint16_t>& outputs) {
                                   if (!is_muted(route, one)) {
                                       muting_.open(outputs);
                                   }
                               });
    }
    if (router_.has_shared_rules(one.input)) {
        add_filtered(one);
    }
}

void fan_out::add_filtered(const message& one) noexcept {
    rules_.for_each_shared(one, [&](const rule& each, const event_scope& scope) {
        if (!each.route.filter.takes(scope)) {
            record_.note(unrouted::filtered);
            account_.count(each.number, route_result::filtered);
            return;
        }
        targets_.add(each.number, each.route.outputs);
        if (muting_.is_active() && !is_muted(each.number, one)) {
            muting_.open(each.route.outputs);
        }
    });
}

// Bounds: something is muted for the message, which takes the route.
bool fan_out::is_muted(std::uint16_t route, const message& one) noexcept {
    if (muting_.pass(route, one.arrival_ns)) {
        record_.circling(route, one);
    }
    return muting_.is_muted(route, one.arrival_ns);
}

// Returns false if several of the outputs that it reaches have what it asks for.
bool fan_out::find_ports(const message& one) noexcept {
    const port_resolver::finding found = ports_.begin(one);
    if (found != port_resolver::finding::open) {
        return found == port_resolver::finding::clear;
    }
    gather_reached(one);
    return ports_.choose(one, reached_.all());
}

void fan_out::gather_reached(const message& one) noexcept {
    reached_.clear();
    reached_.add(targets_.all());
    if (router_.has_own_rules(one.input)) {
        rules_.for_each_own(one, [&](const rule& each, const event_scope& scope) {
            if (each.route.filter.takes(scope)) {
                reached_.add(each.route.outputs);
            }
        });
    }
}

// Of several outputs with the name that it asks for, none gets it.
void fan_out::count_ambiguous(const message& one) noexcept {
    for (const std::uint16_t route : targets_.routes()) {
        account_.count(route, route_result::ambiguous_port);
    }
    rules_.for_each_own(one, [&](const rule& each, const event_scope& scope) {
        account_.count(each.number, each.route.filter.takes(scope) ? route_result::ambiguous_port
                                                                   : route_result::filtered);
    });
}

void fan_out::send_to_targets(const message& one) noexcept {
    const bool is_shared = targets_.all().size() > 1 && one.bytes.size() > event_cell::inline_max;
    payload_block* const block =
        is_shared ? dispatcher_.queue().hold(std::as_bytes(one.bytes)) : nullptr;
    const std::size_t copied = due_watch::copied(block == nullptr ? one.bytes.size() : 0);
    for (const std::uint16_t output : targets_.all()) {
        destination to{output, port_set::none, muting_.closes(output)};
        route_result end = sender_.find_port(one, to);
        if (end != route_result::delivered) {
            account_.fared(output, end);
            continue;
        }
        end = one.opens == nullptr ? sender_.send(one, to, block)
                                   : sender_.begin_parts(one, to, block);
        account_.fared(output, end);
        watch_.did(due_watch::delivery_steps + copied);
    }
    if (block != nullptr) {
        dispatcher_.queue().let_go(block);
    }
    account_.settle(targets_, router_);
}

// What routes make of the message.
void fan_out::send_own(const message& one) noexcept {
    rules_.for_each_own(one, [&](const rule& each, const event_scope& scope) {
        route_result end = route_result::filtered;
        if (!each.route.filter.takes(scope)) {
            record_.note(unrouted::filtered);
        } else if (one.opens == nullptr) {
            end = own_sender_.send(each, one, scope,
                                   muting_.is_active() && is_muted(each.number, one));
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
        return dispatcher_.outputs().at(output).notes.owes_any();
    });
}

} // namespace tactus::flow
