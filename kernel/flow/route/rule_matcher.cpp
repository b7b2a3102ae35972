// SPDX-License-Identifier: MIT
#include "kernel/flow/route/rule_matcher.hpp"

namespace tactus::flow {

event_scope rule_matcher::scope_of(const message& one) noexcept {
    event_scope scope;
    scope.osc = one.osc;
    scope.index = &arguments_;
    scope.midi = one.bytes;
    scope.input = one.from->name;
    const std::string_view source = one.from->ports.key(one.packet->source);
    scope.port = !source.empty()         ? source
                 : one.packet->port == 0 ? scope.input
                                         : names_.text(one.packet->port);
    return scope;
}

// The cost of evaluating a route for this message, and of making something else of it.
std::size_t rule_matcher::steps_of(const rule& rule, const message& one) noexcept {
    const std::size_t arguments =
        one.osc == nullptr ? 0 : std::min(one.osc->types.size(), named_max);
    const std::size_t made = rule.route.as || rule.gate ? due_watch::parsed(one.bytes.size()) : 0;
    return due_watch::rule_steps + rule.lookups * (1 + arguments / 2) + made +
           (rule.captures ? due_watch::captures_steps : 0);
}

} // namespace tactus::flow
