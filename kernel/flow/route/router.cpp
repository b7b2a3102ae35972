// SPDX-License-Identifier: MIT
#include "kernel/flow/route/router.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/osc_dispatch.hpp"
#include "kernel/flow/output/due_watch.hpp"

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

// Matches a second time, more slowly, only if something uses the captures.
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

std::size_t lookups_of(const route& route) {
    std::size_t sum = route.as ? route.as->lookups() : 0;
    for (const expression& each : route.filter.conditions) {
        sum += each.variables().size();
    }
    return sum;
}

} // namespace

router::router(const std::vector<route>& routes) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const route& route = routes[i];
        const bool has_id = route.id != unknown_route;
        TACTUS_ASSERT(route.id <= unknown_route && i < unknown_route);
        ways_.push_back({route.inputs, route.outputs, route.is_own(), has_id, route.name,
                         route.takes, !route.address && route.filter.is_empty()});
        ids_.push_back(has_id ? route.id : static_cast<std::uint16_t>(i));
        const auto index = static_cast<std::uint16_t>(rules_.size());
        if (route.is_rule()) {
            rules_.push_back(
                {route, captures_of(route), static_cast<std::uint16_t>(i), ids_.back(),
                 route.gate.is_open() ? nullptr : std::make_unique<rate_gate>(route.gate),
                 lookups_of(route)});
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
                add(tables_[input], route, static_cast<std::uint16_t>(i));
            }
        }
    }
    for (table& each : tables_) {
        patterns_max_ = std::max(patterns_max_, each.patterns.size());
        sort_literals(each);
    }
}

void router::take_gates(router& from) noexcept {
    for (rule& each : rules_) {
        const auto is_same = [&each](const rule& other) {
            return other.gate != nullptr && !each.route.text.empty() &&
                   other.route.text == each.route.text && other.route.inputs == each.route.inputs &&
                   other.route.outputs == each.route.outputs;
        };
        const auto same = each.gate == nullptr
                              ? from.rules_.end()
                              : std::find_if(from.rules_.begin(), from.rules_.end(), is_same);
        if (same != from.rules_.end()) {
            each.gate = std::move(same->gate);
        }
    }
}

void router::sort_literals(table& of) {
    for (const auto& [address, plain] : of.literals) {
        of.sorted.push_back({address, &plain, nullptr});
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
                      std::vector<std::uint16_t>& rules, due_watch* watch) const noexcept {
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
        if (watch != nullptr) {
            watch->did(answer.steps);
        }
        if (steps > codec::osc_dispatch_steps_max) {
            return false;
        }
        if (answer.is_match && next->plain != nullptr) {
            targets.add(*next->plain);
        } else if (answer.is_match) {
            rules.insert(rules.end(), next->rules->begin(), next->rules->end());
        }
    }
    std::sort(rules.begin(), rules.end());
    return true;
}

// Dispatch has matched it within its limit before.
bool router::is_dispatched_to(std::string_view pattern, std::string_view address) noexcept {
    return codec::match_dispatched(pattern, address, codec::osc_dispatch_steps_max).is_match;
}

std::uint16_t router::place_of(table& in, const codec::osc_pattern& pattern) {
    const auto next = static_cast<std::uint16_t>(in.patterns.size());
    const auto [found, is_new] = in.pattern_places.try_emplace(pattern.text(), next);
    if (is_new) {
        in.patterns.push_back({pattern, {}});
    }
    return found->second;
}

void router::add(table& into, const route& route, std::uint16_t number) {
    merge(into.reachable, route.outputs);
    plain_route& alone = into.plain.emplace_back();
    alone.number = number;
    plain_group* group = &into.always;
    if (route.address && route.address->is_literal()) {
        alone.literal = route.address->text();
        group = &into.literals[alone.literal];
    } else if (route.address) {
        alone.pattern = place_of(into, *route.address);
        group = &into.patterns[alone.pattern].plain;
    }
    merge(group->outputs, route.outputs);
    group->leads.resize(group->outputs.size(), number);
    group->routes.push_back(number);
}

void router::add_rule(table& into, const route& route, std::uint16_t index) {
    merge(into.reachable, route.outputs);
    (route.is_own() ? into.has_own_rules : into.has_shared_rules) = true;
    if (route.is_own()) {
        into.deliveries_max += route.as && route.as->has_length() ? 2U : 1U;
    }
    if (route.address && route.address->is_literal()) {
        into.literal_rules[route.address->text()].push_back(index);
    } else {
        into.other_rules.push_back(
            {index, route.address ? place_of(into, *route.address) : other_rule::any});
    }
}

bool router::matches(const codec::osc_pattern& pattern, std::string_view address,
                     due_watch* watch) noexcept {
    if (watch == nullptr) {
        return pattern.matches(address);
    }
    watch->did(due_watch::route_steps);
    codec::osc_matching under_way(pattern, address);
    std::size_t told = 0;
    for (bool is_over = false; !is_over; told = under_way.answer().steps) {
        is_over = under_way.run(watch->left());
        watch->did(under_way.answer().steps - told);
    }
    return under_way.answer().is_match;
}

void router::match(std::uint16_t input, std::string_view address, target_list& targets,
                   pattern_matches& patterns, due_watch* watch) const noexcept {
    if (input >= tables_.size()) {
        return;
    }
    const table& mine = tables_[input];
    targets.add(mine.always);
    if (address.empty() || (mine.literals.empty() && mine.patterns.empty())) {
        return; // nothing to look up
    }
    if (const auto found = mine.literals.find(address); found != mine.literals.end()) {
        targets.add(found->second);
    }
    for (std::size_t i = 0; i < mine.patterns.size(); ++i) { // each once, whoever shares it
        const bool is_match = matches(mine.patterns[i].address, address, watch);
        patterns.set(i, is_match);
        if (is_match) {
            targets.add(mine.patterns[i].plain);
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
