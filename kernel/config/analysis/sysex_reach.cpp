// SPDX-License-Identifier: MIT
#include "kernel/config/analysis/sysex_reach.hpp"

#include "kernel/config/analysis/endpoint_overlap.hpp"
#include "kernel/config/schema/option_table.hpp"
#include "kernel/config/text.hpp"
#include "kernel/net/passed_sockets.hpp"

#include <string_view>

namespace tactus::config {
namespace {

bool is_declared(const input_settings& input) {
    const option_table options = option_table::of(*input.descriptor);
    const std::uint32_t at = options.index_of("sysex");
    return at < options.size() && options[at].type == TACTUS_OPT_BOOL;
}

bool is_local(const std::string& url) {
    const std::optional<endpoint> where = comparable(url);
    return where.has_value() && (!where->path.empty() || is_loopback(where->host));
}

std::string by_endpoint(const input_settings& input) {
    std::vector<std::string_view> local;
    std::vector<std::string_view> open;
    std::vector<std::string_view> passed; // by systemd, from an address that is not known here
    for (const value& one : values_of(input, "listen", TACTUS_OPT_ENDPOINT)) {
        const bool is_known = !one.text.starts_with(net::passed_scheme);
        (!is_known ? passed : is_local(one.text) ? local : open).push_back(one.text);
    }
    if (!passed.empty() && open.empty() && local.empty()) {
        return "accepts SysEx, if only this machine can reach the sockets that systemd passes";
    }
    if (open.empty()) {
        return "accepts SysEx, because only this machine can reach it";
    }
    const std::string network =
        listed(open, "and") + ", which the network can reach; set sysex = true to accept it";
    return local.empty()
               ? "accepts no SysEx from " + network
               : "accepts SysEx from " + listed(local, "and") + " but not from " + network;
}

} // namespace

std::vector<std::string> sysex_reach(const settings& all) {
    std::vector<std::string> sentences;
    for (const input_settings& input : all.inputs) {
        if (!input.is_in_order || !is_declared(input)) {
            continue;
        }
        const std::vector<value>& said = values_of(input, "sysex", TACTUS_OPT_BOOL);
        const bool is_taken = !said.empty() && said.front().integer != 0;
        sentences.push_back("input " + quoted(input.name) + " " +
                            (said.empty() ? by_endpoint(input)
                             : is_taken   ? "accepts SysEx from everyone who can reach it"
                                          : "accepts no SysEx; set sysex = true to accept it"));
    }
    return sentences;
}

} // namespace tactus::config
