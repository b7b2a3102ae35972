// SPDX-License-Identifier: MIT
#include "kernel/config/analysis/conflicts.hpp"

#include "kernel/config/analysis/endpoint_overlap.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <string_view>

namespace tactus::config {
namespace {

struct taken {
    endpoint where;
    const input_settings* by = nullptr; // nullptr: [metrics]
    std::string_view option;            // of that input
    std::string text;                   // as it was written
};

bool is_same_place(const endpoint& a, const endpoint& b) {
    if (!a.path.empty() || !b.path.empty()) {
        return a.path == b.path; // one file, for both types of socket
    }
    const bool is_same_transport = (a.scheme == "udp") == (b.scheme == "udp");
    if (!is_same_transport || a.port != b.port || a.port == 0 || is_multicast(a.host) ||
        is_multicast(b.host)) {
        return false;
    }
    return a.host == b.host || covers(a, b.host) || covers(b, a.host);
}

// One of the two is [::] and the other an IPv4 address.
bool is_by_both_families(const endpoint& a, const endpoint& b) {
    const auto is_four = [](const endpoint& one) { return one.host.find(':') == one.host.npos; };
    return a.path.empty() && is_four(a) != is_four(b);
}

class conflicts {
public:
    conflicts(checker& check, const metrics_settings& metrics) : check_(check) {
        if (!metrics.enabled) {
            return;
        }
        taken_.push_back({metrics.listen, nullptr, {}, {}});
    }

    void add(const input_settings& input) {
        for (const char* const option : listening_options(input)) {
            for (const value& one : values_of(input, option, TACTUS_OPT_ENDPOINT)) {
                if (const std::optional<endpoint> where = comparable(one.text)) {
                    add_endpoint(input, option, one, *where);
                }
            }
        }
        const std::vector<value>& reads = values_of(input, "stdin", TACTUS_OPT_BOOL);
        if (reads.empty() || reads.front().integer == 0) {
            return;
        }
        if (reader_ != nullptr) {
            const position where = input.options.where("stdin");
            check_.error(where, input.options.length("stdin"),
                         {"stdin: " + name_of(*reader_, where) + " already reads standard input",
                          {},
                          "only one input can read it; let the other one listen on a socket"});
            return;
        }
        reader_ = &input;
    }

private:
    // Exact duplicates in one list are reported by the plugin.
    void add_endpoint(const input_settings& input, std::string_view option, const value& written,
                      const endpoint& where) {
        const auto first = std::find_if(taken_.begin(), taken_.end(), [&](const taken& one) {
            return is_same_place(one.where, where) &&
                   (one.by != &input || one.option != option || one.where.host != where.host);
        });
        if (first == taken_.end()) {
            taken_.push_back({where, &input, option, written.text});
            return;
        }
        const bool is_default = written.where.line == 0;
        const bool are_both = is_by_both_families(first->where, where);
        std::string help = are_both ? "[::] accepts IPv4 too; " : "";
        if (first->by == &input && first->option == option) {
            help +=
                are_both ? "remove the IPv4 address" : "one of the two is enough; remove the other";
        } else {
            help += first->by != nullptr
                        ? "only one input can listen there; give each input its own endpoint"
                        : "only one of them can listen there; choose another port here, or change "
                          "listen in [metrics]";
        }
        const position where_written = is_default ? input.options.where(option) : written.where;
        check_.error(where_written, written.length,
                     {std::string(option) + ": " + quoted(written.text) + " of input " +
                          quoted(input.name) + " is already taken by " +
                          taker(*first, input, where_written),
                      {},
                      help});
    }

    std::string taker(const taken& first, const input_settings& input, position from) const {
        return first.by == nullptr  ? "[metrics]"
               : first.by == &input ? quoted(first.text) + " of the same input"
                                    : name_of(*first.by, from);
    }

    std::string name_of(const input_settings& input, position from) const {
        return "input " + quoted(input.name) + " " + check_.line_text(input.where, from);
    }

    checker& check_;
    std::vector<taken> taken_;
    const input_settings* reader_ = nullptr;
};

} // namespace

void complain_of_conflicts(checker& check, const settings& all) {
    conflicts found(check, all.metrics);
    for (std::uint16_t i = 0; i < all.inputs.size(); ++i) {
        if (all.inputs[i].is_in_order && is_input_needed(all, i)) {
            found.add(all.inputs[i]);
        }
    }
}

} // namespace tactus::config
