// SPDX-License-Identifier: MIT
#include "kernel/config/clashes.hpp"

#include "kernel/config/reach.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <string_view>

namespace tactus::config {
namespace {

struct taken {
    endpoint where;
    const input_settings* by = nullptr; // nullptr: [metrics]
};

// IPv4 and IPv6 are apart: an input on [::] hears IPv6 only.
bool is_same_place(const endpoint& a, const endpoint& b) {
    if (!a.path.empty() || !b.path.empty()) {
        return a.path == b.path; // one file, whatever the socket's kind
    }
    const bool is_same_transport = (a.scheme == "udp") == (b.scheme == "udp");
    if (!is_same_transport || a.port != b.port || a.port == 0 || is_multicast(a.host) ||
        is_multicast(b.host)) {
        return false;
    }
    const bool is_same_family =
        (a.host.find(':') == std::string::npos) == (b.host.find(':') == std::string::npos);
    return a.host == b.host || (is_same_family && (is_any_address(a) || is_any_address(b)));
}

std::string name_of(const input_settings& input) {
    return "input " + quoted(input.name) + " in line " + std::to_string(input.where.line);
}

class clashes {
public:
    clashes(checker& check, const metrics_settings& metrics) : check_(check) {
        if (!metrics.enabled) {
            return;
        }
        taken_.push_back({metrics.listen});
        if (metrics.listen.host == "::") { // unlike an input it hears IPv4 there, too
            taken_.push_back({metrics.listen});
            taken_.back().where.host = "0.0.0.0";
        }
    }

    void add(const input_settings& input) {
        for (const value& one : values_of(input, "listen", TACTUS_OPT_ENDPOINT)) {
            if (const std::optional<endpoint> where = comparable(one.text)) {
                add_endpoint(input, one, *where);
            }
        }
        const std::vector<value>& reads = values_of(input, "stdin", TACTUS_OPT_BOOL);
        if (reads.empty() || reads.front().integer == 0) {
            return;
        }
        if (reader_ != nullptr) {
            check_.error(input.options.where("stdin"), input.options.length("stdin"),
                         {"stdin: " + name_of(*reader_) + " reads standard input already",
                          {},
                          "only one input can; let the other one listen on a socket"});
            return;
        }
        reader_ = &input;
    }

private:
    void add_endpoint(const input_settings& input, const value& written, const endpoint& where) {
        const auto first = std::find_if(taken_.begin(), taken_.end(), [&](const taken& one) {
            return one.by != &input && is_same_place(one.where, where);
        });
        if (first == taken_.end()) {
            taken_.push_back({where, &input});
            return;
        }
        const bool is_default = written.where.line == 0;
        check_.error(is_default ? input.options.where("listen") : written.where, written.length,
                     {"listen: " + quoted(written.text) + " of input " + quoted(input.name) +
                          " is taken by " +
                          (first->by != nullptr ? name_of(*first->by) : "[metrics]"),
                      {},
                      first->by != nullptr
                          ? "only one can listen there; give each an endpoint of its own"
                          : "only one can listen there; choose another port here, or set listen "
                            "of [metrics]"});
    }

    checker& check_;
    std::vector<taken> taken_;
    const input_settings* reader_ = nullptr;
};

} // namespace

void complain_of_clashes(checker& check, const settings& all) {
    clashes found(check, all.metrics);
    for (std::uint16_t i = 0; i < all.inputs.size(); ++i) {
        if (all.inputs[i].is_in_order && is_input_needed(all, i)) {
            found.add(all.inputs[i]);
        }
    }
}

} // namespace tactus::config
