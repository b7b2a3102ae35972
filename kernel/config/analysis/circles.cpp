// SPDX-License-Identifier: MIT
#include "kernel/config/analysis/circles.hpp"

#include "kernel/codec/osc_pattern.hpp"
#include "kernel/config/analysis/endpoint_overlap.hpp"
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

// An event at a memory output arrives at each memory input of its channel.
std::optional<std::string> channel_of(const instance_settings& of) {
    if (of.descriptor == nullptr || std::string_view(of.descriptor->type) != "memory") {
        return std::nullopt;
    }
    const std::vector<value>& written = values_of(of, "channel", TACTUS_OPT_STRING);
    return written.empty() ? std::nullopt : std::optional(written.front().text);
}

// The one address that the route accepts; empty if it accepts several.
std::string literal_of(const route_settings& route) {
    const auto pattern = codec::osc_pattern::compile(route.address);
    return pattern && pattern->is_literal() ? route.address : "";
}

class circles {
public:
    explicit circles(const settings& all)
        : all_(all), heard_by_(all.outputs.size()), answered_to_(all.outputs.size()),
          routes_from_(all.inputs.size()) {
        for (const route_settings& route : all.routes) {
            literals_.push_back(literal_of(route));
            for (const std::uint16_t input : route.inputs) {
                if (!route.as && !route.gate.dedupe) {
                    routes_from_[input].push_back(literals_.size() - 1);
                }
            }
        }
        find_receivers();
    }

    // Whether an event sent by `output` returns to it through this daemon's inputs.
    bool forms_loop(std::uint16_t output) const { return comes_back(heard_by_, output); }
    // Whether a reply from a peer of `output` is sent to that peer again.
    bool replies_form_loop(std::uint16_t output) const { return comes_back(answered_to_, output); }

private:
    // An output, and the one address that an event must have to have arrived there; empty: any.
    using step = std::pair<std::uint16_t, std::string_view>;
    using inputs_of = std::vector<std::vector<std::size_t>>;

    bool comes_back(const inputs_of& first, std::uint16_t output) const {
        std::set<step> seen;
        return leads_to(first[output], {output, {}}, output, seen);
    }

    void find_receivers() {
        std::vector<std::vector<endpoint>> listens;
        for (const input_settings& input : all_.inputs) {
            listens.push_back(endpoints(input, "listen"));
        }
        const std::vector<std::string> own = own_addresses();
        for (std::size_t output = 0; output < all_.outputs.size(); ++output) {
            const output_settings& from = all_.outputs[output];
            const std::vector<endpoint> tos = with_addresses(endpoints(from, "to"), own);
            const std::vector<endpoint> replies = with_addresses(endpoints(from, "reply_to"), own);
            const std::optional<std::string> channel = channel_of(from);
            for (std::size_t input = 0; input < listens.size(); ++input) {
                if (listens_to(listens[input], tos, own) ||
                    (channel && channel_of(all_.inputs[input]) == channel)) {
                    heard_by_[output].push_back(input);
                }
                if (listens_to(listens[input], replies, own)) {
                    answered_to_[output].push_back(input);
                }
            }
        }
    }

    // Adds the addresses that their names stand for.
    static std::vector<endpoint> with_addresses(std::vector<endpoint> them,
                                                const std::vector<std::string>& own) {
        for (std::size_t i = them.size(); i > 0; --i) {
            for (const std::string& address : addresses_of(them[i - 1].host, own)) {
                endpoint meant = them[i - 1];
                meant.host = address;
                them.push_back(std::move(meant));
            }
        }
        return them;
    }

    static bool listens_to(const std::vector<endpoint>& listens, const std::vector<endpoint>& tos,
                           const std::vector<std::string>& own) {
        return std::any_of(tos.begin(), tos.end(), [&](const endpoint& to) {
            return std::any_of(listens.begin(), listens.end(),
                               [&](const endpoint& listen) { return reaches(to, listen, own); });
        });
    }

    bool leads_to(const std::vector<std::size_t>& heard_by, step from, std::uint16_t wanted,
                  std::set<step>& seen) const {
        for (const std::size_t input : heard_by) {
            for (const std::size_t route : routes_from_[input]) {
                if (takes(route, from, wanted, seen)) {
                    return true;
                }
            }
        }
        return false;
    }

    // An event has only one address: routes with different addresses make no circle.
    bool takes(std::size_t route, step from, std::uint16_t wanted, std::set<step>& seen) const {
        const std::string_view own = literals_[route];
        const std::string_view address = from.second.empty() ? own : from.second;
        if (!own.empty() && own != address) {
            return false;
        }
        const std::vector<std::uint16_t>& outputs = all_.routes[route].outputs;
        return std::any_of(outputs.begin(), outputs.end(), [&](std::uint16_t output) {
            const step next{output, address};
            return output == wanted ||
                   (seen.insert(next).second && leads_to(heard_by_[output], next, wanted, seen));
        });
    }

    const settings& all_;
    std::vector<std::string> literals_; // of each route
    inputs_of heard_by_;                // of each output
    inputs_of answered_to_;             // the inputs where its peers' replies arrive
    inputs_of routes_from_;             // of each input; only those that change nothing
};

} // namespace

void complain_of_circles(checker& check, const settings& all) {
    const circles found(all);
    for (std::uint16_t output = 0; output < all.outputs.size(); ++output) {
        if (found.forms_loop(output)) {
            const output_settings& one = all.outputs[output];
            const std::string_view key = channel_of(one) ? "channel" : "to";
            check.error(one.options.where(key), one.options.length(key),
                        {std::string(key) + ": the events that output " + quoted(one.name) +
                             " sends arrive at an input of this file and are routed back to it: a "
                             "feedback loop",
                         {},
                         "send to another address, or remove each route without `as` from that "
                         "input to this output"});
        } else if (found.replies_form_loop(output)) {
            const output_settings& one = all.outputs[output];
            check.warn(one.options.where("reply_to"), one.options.length("reply_to"),
                       {"reply_to: replies from peers of output " + quoted(one.name) +
                            " arrive at an input of this file and are routed back to the peers; if "
                            "they reply to those too, this is a feedback loop",
                        {},
                        "remove each route without `as` from that input to this output"});
        }
    }
}

} // namespace tactus::config
