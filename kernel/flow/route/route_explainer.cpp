// SPDX-License-Identifier: MIT
#include "kernel/flow/route/route_explainer.hpp"

#include "kernel/codec/osc_dispatch.hpp"

#include <algorithm>
#include <utility>

namespace tactus::flow {
namespace {

explained_event copy_of(std::uint8_t protocol, std::span<const std::uint8_t> bytes) {
    return {protocol, {bytes.begin(), bytes.end()}};
}

} // namespace

std::optional<std::vector<explained_route>> route_explainer::explain(const message& one) {
    targets_.clear();
    rules_.make_room();
    rules_.begin();
    watch_.begin();
    if (one.from->dispatches_patterns && codec::is_dispatch_pattern(one.address()) &&
        !rules_.dispatch(one, targets_)) {
        return std::nullopt;
    }
    rules_.match(one, targets_);
    std::vector<explained_route> all;
    for (const std::uint16_t number : targets_.routes()) {
        explained_route plain;
        plain.number = number;
        for (const std::uint16_t output : router_.outputs_of(number)) {
            plain.outputs.push_back(explain_output(output, nullptr, one));
        }
        all.push_back(std::move(plain));
    }
    const auto add = [&](const rule& each, const event_scope& scope) {
        all.push_back(explain_rule(each, one, scope));
    };
    if (router_.has_shared_rules(one.input)) {
        rules_.for_each_shared(one, add);
    }
    if (router_.has_own_rules(one.input)) {
        rules_.for_each_own(one, add);
    }
    std::sort(all.begin(), all.end(), [](const explained_route& a, const explained_route& b) {
        return a.number < b.number;
    });
    return all;
}

explained_route route_explainer::explain_rule(const rule& rule, const message& one,
                                              const event_scope& scope) {
    explained_route made;
    made.number = rule.number;
    made.is_gated = rule.gate != nullptr;
    made.mismatch = rule.route.filter.first_mismatch(scope);
    if (!made.is_taken()) {
        return made;
    }
    const own_event own = writer_.make(rule, one, scope, std::nullopt);
    if (own.made.why != fault::none) {
        made.fault = text_of(own.made);
        return made;
    }
    made.length_ns = own.made.length_ns;
    if (rule.route.as) {
        made.makes = copy_of(rule.route.as->protocol(), own.bytes);
    }
    for (const std::uint16_t output : rule.route.outputs) {
        made.outputs.push_back(explain_output(output, rule.route.as ? &own : nullptr, one));
    }
    return made;
}

// `own`: what the route makes, if it has an `as`.
explained_output route_explainer::explain_output(std::uint16_t output, const own_event* own,
                                                 const message& one) {
    explained_output made;
    made.output = output;
    const flow::output& to = outputs_.at(output);
    made.is_known = to.connected.protocols != 0;
    if (!made.is_known) {
        return made;
    }
    delivery what;
    const std::optional<dropped> why =
        own != nullptr ? writer_.write_made(*own, one, to, what) : writer_.write(one, to, what);
    if (!why) {
        const std::span<const std::byte> bytes = what.source.bytes;
        made.gets = copy_of(what.source.protocol,
                            {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    } else if (*why == dropped::sysex_denied) {
        made.why_not = "the input lets no SysEx through";
    } else {
        made.why_not = text_of(writer_.failure(), to);
    }
    return made;
}

} // namespace tactus::flow
