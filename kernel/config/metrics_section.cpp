// SPDX-License-Identifier: MIT
#include "kernel/config/metrics_section.hpp"

#include "kernel/config/text.hpp"
#include "kernel/net/passed_sockets.hpp"

#include <tactus/cpp/endpoint_parts.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace tactus::config {
namespace {

// "http://x:9464/metrics" -> "x"; nothing if no host is found.
std::optional<std::string> host_in(std::string_view text) {
    text = detail::split_scheme(text).rest;
    text = text.substr(0, text.find('/'));
    const detail::authority_parts parts = detail::split_authority(text);
    const bool is_bare_six = !parts.is_bracketed && parts.host.find(':') != text.npos;
    const std::string host(is_bare_six ? text : parts.host);
    return is_host_name(host) ? std::optional(host) : std::nullopt;
}

void check_hosts(checker& check, const values& written) {
    for (const value& one : written.all("allowed_hosts")) {
        if (is_host_name(one.text)) {
            continue;
        }
        const std::optional<std::string> meant = host_in(one.text);
        check.error(one.where, one.length,
                    {"allowed_hosts: " + quoted(one.text) + " is not a host name",
                     meant ? "did you mean " + quoted(*meant) + "?" : "",
                     "write the host only; scheme, port and path are not compared"});
    }
}

} // namespace

void read_metrics(checker& check, const values& written, metrics_settings& into) {
    into.enabled = written.integer("enabled") != 0;
    into.allowed_hosts = written.texts("allowed_hosts");
    check_hosts(check, written);
    if (written.text("listen").starts_with(net::passed_scheme)) {
        into.listen = {{}, "127.0.0.1", {}, 0}; // unknown here; see check_value
        return;
    }
    result<endpoint, complaint> listen = parse_endpoint(written.text("listen"), {});
    if (!listen) {
        return; // unset, or already reported
    }
    into.listen = std::move(listen).value();
    into.listen.host = canonical_host(std::move(into.listen.host));
    if (!into.enabled) {
        return;
    }
    if (!is_numeric_address(into.listen.host)) {
        check.error(written.where("listen"), written.length("listen"),
                    {"listen: " + quoted(into.listen.host) +
                         " is a host name, and names are not looked up here; expected a numeric "
                         "address or localhost",
                     {},
                     "127.0.0.1 is this machine only; 0.0.0.0 is every network that it is on"});
    } else if (written.integer("open") == 0 && !is_loopback(into.listen.host)) {
        check.error(written.where("listen"), written.length("listen"),
                    {"listen: " + quoted(written.text("listen")) +
                         " can be reached from the network, but the pages require no password",
                     {},
                     "listen on 127.0.0.1 or [::1] behind a reverse proxy that requires one, or "
                     "set open = true"});
    }
}

} // namespace tactus::config
