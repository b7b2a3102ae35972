// SPDX-License-Identifier: MIT
#include "kernel/flow/route/target_finder.hpp"

#include "kernel/codec/osc_dispatch.hpp"

namespace tactus::flow {

void target_finder::make_room() {
    targets_.make_room(with_.routes.size());
}

target_finder::finding target_finder::find(const message& one) noexcept {
    targets_.clear();
    if (one.from->dispatches_patterns && !resolve_pattern(one)) {
        return finding::too_costly;
    }
    find_targets(one);
    if (!find_ports(one)) {
        count_ambiguous(one);
        return finding::ambiguous_port;
    }
    return finding::clear;
}

// Returns false if that costs too much.
bool target_finder::resolve_pattern(const message& one) noexcept {
    return !codec::is_dispatch_pattern(one.address()) || with_.rules.dispatch(one, targets_);
}

// The outputs that the message itself is sent to.
void target_finder::find_targets(const message& one) noexcept {
    if (with_.muting.is_active()) {
        open_dispatched(one);
    }
    with_.rules.match(one, targets_);
    if (with_.muting.is_active()) {
        with_.rules.for_each_plain(
            one, [&](std::uint16_t route, std::span<const std::uint16_t> outputs) {
                with_.muting.reach(outputs, muted_as(route, one));
            });
    }
    if (with_.routes.has_shared_rules(one.input)) {
        add_filtered(one);
    }
}

void target_finder::add_filtered(const message& one) noexcept {
    with_.rules.for_each_shared(one, [&](const rule& each, const event_scope& scope) {
        if (!each.route.filter.takes(scope)) {
            with_.record.note(unrouted::filtered);
            with_.account.count(each.number, route_result::filtered);
            return;
        }
        targets_.add(each.number, each.route.outputs);
        if (with_.muting.is_active()) {
            with_.muting.reach(each.route.outputs, muted_as(each.number, one));
        }
    });
}

// Found by a pattern in the address: a circle mutes none of them.
void target_finder::open_dispatched(const message& one) noexcept {
    if (!one.from->dispatches_patterns || !codec::is_dispatch_pattern(one.address())) {
        return;
    }
    with_.routes.for_each_dispatched(
        one.input, one.address(), [&](std::uint16_t route, std::span<const std::uint16_t> outputs) {
            with_.muting.reach(outputs, with_.muting.is_muted_by_operator(route)
                                            ? std::optional(dropped::muted)
                                            : std::nullopt);
        });
}

// Bounds: something is muted for the message, which takes the route.
std::optional<dropped> target_finder::muted_as(std::uint16_t route, const message& one) noexcept {
    if (with_.muting.pass(route, one.arrival_ns)) {
        with_.record.circling(route, one);
    }
    return with_.muting.muted_as(route, one.arrival_ns);
}

// Returns false if several of the outputs that it reaches have what it asks for.
bool target_finder::find_ports(const message& one) noexcept {
    const port_resolver::finding found = with_.ports.begin(one);
    if (found != port_resolver::finding::open) {
        return found == port_resolver::finding::clear;
    }
    gather_reached(one);
    return with_.ports.choose(one, reached_.all());
}

void target_finder::gather_reached(const message& one) noexcept {
    reached_.clear();
    reached_.add(targets_.all());
    if (with_.routes.has_own_rules(one.input)) {
        with_.rules.for_each_own(one, [&](const rule& each, const event_scope& scope) {
            if (each.route.filter.takes(scope)) {
                reached_.add(each.route.outputs);
            }
        });
    }
}

// Of several outputs with the name that it asks for, none gets it.
void target_finder::count_ambiguous(const message& one) noexcept {
    for (const std::uint16_t route : targets_.routes()) {
        with_.account.count(route, route_result::ambiguous_port);
    }
    with_.rules.for_each_own(one, [&](const rule& each, const event_scope& scope) {
        with_.account.count(each.number, each.route.filter.takes(scope)
                                             ? route_result::ambiguous_port
                                             : route_result::filtered);
    });
}

} // namespace tactus::flow
