// SPDX-License-Identifier: MIT
// Matches the address of one message with the routes, and evaluates the rules for it, which are
// routes that check more than an address (`match`) or send something else than the message (`as`,
// `throttle`, `dedupe`): which of them its address leads to, and the values that their expressions
// see. Reports the cost to the due_watch. No allocation after make_room. Threads: loop.
#pragma once

#include "kernel/flow/output/due_watch.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/router.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tactus::flow {

class rule_matcher {
public:
    // All must outlive it.
    rule_matcher(const router& routes, const name_table& names, due_watch& watch) noexcept
        : router_(routes), names_(names), watch_(watch) {}

    // For the routes as they are now. Allocates.
    void make_room() {
        dispatched_.reserve(router_.rules());
        patterns_.make_room(router_.patterns_max());
    }

    // The next message.
    void begin() noexcept {
        arguments_.forget();
        dispatched_.clear();
    }
    // Resolves the pattern in its address, and adds the outputs of routes that are not rules to
    // `targets`. Returns false if that costs too much.
    [[nodiscard]] bool dispatch(const message& one, target_list& targets) noexcept {
        return router_.dispatch(one.input, one.address(), targets, dispatched_, &watch_);
    }

    // Adds the outputs of routes that are not rules and take its address to `targets`.
    void match(const message& one, target_list& targets) noexcept {
        router_.match(one.input, one.address(), targets, patterns_, &watch_);
    }
    // Calls visit(number, outputs) for each of those routes. Bounds: after match().
    template <class Visitor>
    void for_each_plain(const message& one, Visitor&& visit) noexcept {
        router_.for_each_plain(one.input, one.address(), patterns_, std::forward<Visitor>(visit));
    }

    // Calls visit(const rule&, const event_scope&) for each rule whose address takes the message;
    // the scope includes the captures of the route's wildcards if anything uses them. Bounds: after
    // match(). Shared rules: those that send the message itself.
    template <class Visitor>
    void for_each_shared(const message& one, Visitor&& visit) noexcept {
        for_each(one, false, std::forward<Visitor>(visit));
    }
    // Rules that send an event of their own.
    template <class Visitor>
    void for_each_own(const message& one, Visitor&& visit) noexcept {
        for_each(one, true, std::forward<Visitor>(visit));
    }

private:
    template <class Visitor>
    void for_each(const message& one, bool is_own, Visitor&& visit) noexcept;
    [[nodiscard]] event_scope scope_of(const message& one) noexcept;
    [[nodiscard]] static std::size_t steps_of(const rule& rule, const message& one) noexcept;

    const router& router_;
    const name_table& names_;
    due_watch& watch_;
    argument_index arguments_;              // of the message
    std::vector<std::uint16_t> dispatched_; // rules named by a pattern in its address
    pattern_matches patterns_;              // of the routes, that match its address
};

template <class Visitor>
void rule_matcher::for_each(const message& one, bool is_own, Visitor&& visit) noexcept {
    const event_scope scope = scope_of(one);
    const auto evaluate = [&](const rule& each) {
        if (each.route.is_own() != is_own) {
            return;
        }
        if (!each.captures || one.osc == nullptr) {
            visit(each, scope);
        } else {
            codec::captures space;
            event_scope wider = scope;
            if (each.captures->match(one.osc->address, space)) {
                wider.captured = &space;
            }
            visit(each, wider);
        }
        watch_.did(steps_of(each, one));
    };
    router_.for_each_rule(one.input, one.address(), patterns_, dispatched_, evaluate);
}

} // namespace tactus::flow
