// SPDX-License-Identifier: MIT
#include "kernel/config/circles.hpp"

#include "kernel/codec/osc_pattern.hpp"
#include "kernel/config/reach.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace tactus::config {
namespace {

std::vector<endpoint> endpoints(const instance_settings& of, std::string_view key) {
    std::vector<endpoint> out;
    for (const value& one : values_of(of, key, TACTUS_OPT_ENDPOINT)) {
        if (std::optional<endpoint> read = comparable(one.text)) {
            out.push_back(std::move(*read));
        }
    }
    return out;
}

// The one address that the route takes; empty where it takes several.
std::string literal_of(const route_settings& route) {
    const auto pattern = codec::osc_pattern::compile(route.address);
    return pattern && pattern->is_literal() ? route.address : "";
}

class circles {
public:
    explicit circles(const settings& all)
        : all_(all), heard_by_(all.outputs.size()), routes_from_(all.inputs.size()) {
        for (const route_settings& route : all.routes) {
            literals_.push_back(literal_of(route));
            for (const std::uint16_t input : route.inputs) {
                if (!route.as && !route.gate.dedupe) {
                    routes_from_[input].push_back(literals_.size() - 1);
                }
            }
        }
        find_hearers();
    }

    // Whether an event that leaves by `output` comes back to it, by way of this daemon's inputs.
    bool goes_round(std::uint16_t output) const {
        std::set<step> seen;
        return leads_to({output, {}}, output, seen);
    }

private:
    // An output, and the one address that an event must have to have come there; empty: any.
    using step = std::pair<std::uint16_t, std::string_view>;

    void find_hearers() {
        std::vector<std::vector<endpoint>> listens;
        bool is_any = false;
        for (const input_settings& input : all_.inputs) {
            const std::vector<endpoint>& here = listens.emplace_back(endpoints(input, "listen"));
            is_any = is_any || std::any_of(here.begin(), here.end(), is_any_address);
        }
        const std::vector<std::string> own = is_any ? own_addresses() : std::vector<std::string>();
        for (std::size_t output = 0; output < all_.outputs.size(); ++output) {
            const std::vector<endpoint> tos = endpoints(all_.outputs[output], "to");
            for (std::size_t input = 0; input < listens.size(); ++input) {
                if (hears(listens[input], tos, own)) {
                    heard_by_[output].push_back(input);
                }
            }
        }
    }

    static bool hears(const std::vector<endpoint>& listens, const std::vector<endpoint>& tos,
                      const std::vector<std::string>& own) {
        return std::any_of(tos.begin(), tos.end(), [&](const endpoint& to) {
            return std::any_of(listens.begin(), listens.end(),
                               [&](const endpoint& listen) { return reaches(to, listen, own); });
        });
    }

    bool leads_to(step from, std::uint16_t wanted, std::set<step>& seen) const {
        for (const std::size_t input : heard_by_[from.first]) {
            for (const std::size_t route : routes_from_[input]) {
                if (takes(route, from, wanted, seen)) {
                    return true;
                }
            }
        }
        return false;
    }

    // No event has two addresses: routes that each take another one make no circle.
    bool takes(std::size_t route, step from, std::uint16_t wanted, std::set<step>& seen) const {
        const std::string_view own = literals_[route];
        const std::string_view address = from.second.empty() ? own : from.second;
        if (!own.empty() && own != address) {
            return false;
        }
        const std::vector<std::uint16_t>& outputs = all_.routes[route].outputs;
        return std::any_of(outputs.begin(), outputs.end(), [&](std::uint16_t output) {
            const step next{output, address};
            return output == wanted || (seen.insert(next).second && leads_to(next, wanted, seen));
        });
    }

    const settings& all_;
    std::vector<std::string> literals_;                 // of each route
    std::vector<std::vector<std::size_t>> heard_by_;    // inputs, of each output
    std::vector<std::vector<std::size_t>> routes_from_; // each input; those that change nothing
};

} // namespace

void complain_of_circles(checker& check, const settings& all) {
    const circles found(all);
    for (std::uint16_t output = 0; output < all.outputs.size(); ++output) {
        if (found.goes_round(output)) {
            const output_settings& one = all.outputs[output];
            check.error(one.options.where("to"), one.options.length("to"),
                        {"to: what output " + quoted(one.name) +
                             " sends comes in again here and is routed back to it, for ever",
                         {},
                         "send elsewhere, or let no route without `as` lead from that input to "
                         "this output"});
        }
    }
}

} // namespace tactus::config
