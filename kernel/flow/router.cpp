// SPDX-License-Identifier: MIT
#include "kernel/flow/router.hpp"

#include "kernel/base/assert.hpp"

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

} // namespace

router::router(const std::vector<route>& routes) {
    for (const route& route : routes) {
        for (const std::uint16_t input : route.inputs) {
            TACTUS_ASSERT(input < inputs_max);
            if (tables_.size() <= input) {
                tables_.resize(input + std::size_t{1});
            }
            add(tables_[input], route);
        }
    }
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

void router::match(std::uint16_t input, std::string_view address,
                   target_list& targets) const noexcept {
    if (input >= tables_.size()) {
        return;
    }
    const table& mine = tables_[input];
    targets.add(mine.always);
    if (address.empty()) {
        return;
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
