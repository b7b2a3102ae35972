// SPDX-License-Identifier: MIT
#include "kernel/flow/router.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/osc_dispatch.hpp"

#include <algorithm>

namespace tactus::flow {
namespace {

void merge(std::vector<std::uint16_t>& into, const std::vector<std::uint16_t>& outputs) {
    for (const std::uint16_t output : outputs) {
        TACTUS_ASSERT(output < outputs_max);
        if (std::find(into.begin(), into.end(), output) == into.end()) {
            into.push_back(output);
        }
    }
}

// Matched a second time, and slower, only where something asks for what the wildcards took.
std::optional<codec::capturing_pattern> captures_of(const route& route) {
    const bool has_wildcards = route.address && !route.address->is_literal();
    if (!has_wildcards || !codec::capturing_pattern::is_supported(route.address->text())) {
        return std::nullopt;
    }
    const auto asks = [](const expression& each) { return each.captures() > 0; };
    const bool in_filter =
        std::any_of(route.filter.conditions.begin(), route.filter.conditions.end(), asks);
    return in_filter || (route.as && route.as->captures() > 0)
               ? std::optional(codec::capturing_pattern(route.address->text()))
               : std::nullopt;
}

} // namespace

router::router(const std::vector<route>& routes) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const route& route = routes[i];
        const auto index = static_cast<std::uint16_t>(rules_.size());
        if (route.is_rule()) {
            rules_.push_back({route, captures_of(route), static_cast<std::uint16_t>(i),
                              route.gate.is_open() ? nullptr : std::make_unique<gate>(route.gate)});
            destinations_max_ += route.outputs.size();
        }
        for (const std::uint16_t input : route.inputs) {
            TACTUS_ASSERT(input < inputs_max);
            if (tables_.size() <= input) {
                tables_.resize(input + std::size_t{1});
            }
            if (route.is_rule()) {
                add_rule(tables_[input], route, index);
            } else {
                add(tables_[input], route);
            }
        }
    }
    for (table& each : tables_) {
        sort_literals(each);
    }
}

void router::sort_literals(table& of) {
    for (const auto& [address, outputs] : of.literals) {
        of.sorted.push_back({address, &outputs, nullptr});
    }
    for (const auto& [address, rules] : of.literal_rules) {
        of.sorted.push_back({address, nullptr, &rules});
    }
    std::sort(of.sorted.begin(), of.sorted.end(),
              [](const literal_route& left, const literal_route& right) {
                  return left.address < right.address;
              });
}

bool router::dispatch(std::uint16_t input, std::string_view pattern, target_list& targets,
                      std::vector<std::uint16_t>& rules) const noexcept {
    if (input >= tables_.size()) {
        return true;
    }
    const std::vector<literal_route>& all = tables_[input].sorted;
    const std::string_view prefix = codec::literal_prefix(pattern);
    auto next = std::lower_bound(
        all.begin(), all.end(), prefix,
        [](const literal_route& each, std::string_view wanted) { return each.address < wanted; });
    std::size_t steps = 0;
    for (; next != all.end() && next->address.starts_with(prefix); ++next) {
        const codec::osc_match answer =
            codec::match_dispatched(pattern, next->address, codec::osc_dispatch_steps_max - steps);
        steps += answer.steps;
        if (steps > codec::osc_dispatch_steps_max) {
            return false;
        }
        if (answer.is_match && next->outputs != nullptr) {
            targets.add(*next->outputs);
        } else if (answer.is_match) {
            rules.insert(rules.end(), next->rules->begin(), next->rules->end());
        }
    }
    std::sort(rules.begin(), rules.end());
    return true;
}

void router::add(table& into, const route& route) {
    merge(into.reachable, route.outputs);
    if (!route.address) {
        merge(into.always, route.outputs);
    } else if (route.address->is_literal()) {
        merge(into.literals[route.address->text()], route.outputs);
    } else {
        into.patterns.push_back({*route.address, route.outputs});
    }
}

void router::add_rule(table& into, const route& route, std::uint16_t index) const {
    merge(into.reachable, route.outputs);
    (route.is_own() ? into.has_own_rules : into.has_shared_rules) = true;
    if (route.is_own()) {
        into.deliveries_max += route.as && route.as->has_length() ? 2U : 1U;
    }
    if (route.address && route.address->is_literal()) {
        into.literal_rules[route.address->text()].push_back(index);
    } else {
        into.other_rules.push_back(index);
    }
}

void router::match(std::uint16_t input, std::string_view address,
                   target_list& targets) const noexcept {
    if (input >= tables_.size()) {
        return;
    }
    const table& mine = tables_[input];
    targets.add(mine.always);
    if (address.empty() || (mine.literals.empty() && mine.patterns.empty())) {
        return; // nothing to hash it for
    }
    if (const auto found = mine.literals.find(address); found != mine.literals.end()) {
        targets.add(found->second);
    }
    for (const pattern_route& rule : mine.patterns) {
        if (rule.address.matches(address)) {
            targets.add(rule.outputs);
        }
    }
}

std::span<const std::uint16_t> router::reachable(std::uint16_t input) const noexcept {
    if (input >= tables_.size()) {
        return {};
    }
    return tables_[input].reachable;
}

} // namespace tactus::flow
