// SPDX-License-Identifier: MIT
#include "kernel/config/circles.hpp"

#include "kernel/config/endpoint.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace tactus::config {
namespace {

constexpr std::string_view scheme_mark = "://";

const std::vector<value>& endpoints(const instance_settings& of, std::string_view key) {
    static const std::vector<value> none;
    const option_table options = option_table::of(*of.descriptor);
    const std::uint32_t at = options.index_of(key);
    const bool is_endpoint = at < options.size() && options[at].type == TACTUS_OPT_ENDPOINT;
    return is_endpoint && of.options.has(key) ? of.options.all(key) : none;
}

std::optional<endpoint> parsed(const std::string& text) {
    const std::string_view scheme =
        std::string_view(text).substr(0, std::min(text.find(scheme_mark), text.size()));
    const std::array schemes{scheme};
    result<endpoint, complaint> read = parse_endpoint(text, schemes);
    if (!read) {
        return std::nullopt;
    }
    if (read->host == "localhost") {
        read->host = "127.0.0.1";
    }
    return std::move(*read);
}

bool is_this_machine(const std::string& host) {
    return host.starts_with("127.") || host == "::1";
}

// Whether what is sent there is heard here.
bool reaches(const std::string& to, const std::string& listen) {
    const auto there = parsed(to);
    const auto here = parsed(listen);
    if (!there || !here || there->scheme != here->scheme) {
        return false;
    }
    if (!here->path.empty() || !there->path.empty()) {
        return here->path == there->path;
    }
    const bool is_any = here->host == "0.0.0.0" || here->host == "::";
    return here->port == there->port && here->port != 0 &&
           (here->host == there->host || (is_any && is_this_machine(there->host)));
}

class circles {
public:
    explicit circles(const settings& all) : all_(all) {}

    // Whether an event that leaves by `output` comes to `wanted`, by way of this daemon's inputs.
    bool leads_to(std::uint16_t output, std::uint16_t wanted, std::vector<bool>& seen) const {
        for (std::uint16_t input = 0; input < all_.inputs.size(); ++input) {
            if (hears(input, output) && goes_to(input, wanted, seen)) {
                return true;
            }
        }
        return false;
    }

private:
    bool hears(std::uint16_t input, std::uint16_t output) const {
        const std::vector<value>& tos = endpoints(all_.outputs[output], "to");
        const std::vector<value>& listens = endpoints(all_.inputs[input], "listen");
        return std::any_of(tos.begin(), tos.end(), [&](const value& to) {
            return std::any_of(listens.begin(), listens.end(),
                               [&](const value& listen) { return reaches(to.text, listen.text); });
        });
    }

    bool goes_to(std::uint16_t input, std::uint16_t wanted, std::vector<bool>& seen) const {
        for (const route_settings& route : all_.routes) {
            const bool is_from = std::count(route.inputs.begin(), route.inputs.end(), input) > 0;
            if (!is_from || route.as || route.gate.dedupe) {
                continue;
            }
            for (const std::uint16_t output : route.outputs) {
                if (output == wanted) {
                    return true;
                }
                if (!seen[output]) {
                    seen[output] = true;
                    if (leads_to(output, wanted, seen)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    const settings& all_;
};

} // namespace

void complain_of_circles(checker& check, const settings& all) {
    const circles found(all);
    for (std::uint16_t output = 0; output < all.outputs.size(); ++output) {
        std::vector<bool> seen(all.outputs.size());
        if (found.leads_to(output, output, seen)) {
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
