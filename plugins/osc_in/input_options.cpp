// SPDX-License-Identifier: MIT
#include "input_options.hpp"

#include <algorithm>
#include <cstdlib>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

namespace osc_in {
namespace {

void check_endpoint(const input_options& settings, const std::string& url) {
    const tactus::endpoint where(url, "listen");
    where.require_numeric("listen");
    if (where.is_multicast() && where.is_stream()) {
        throw tactus::config_error("listen", "\"" + url +
                                                 "\" is a multicast group; only udp:// has "
                                                 "groups.");
    }
    if (!where.is_loopback() && !settings.open && settings.allow.empty()) {
        throw tactus::config_error(
            "listen",
            "\"" + url +
                "\" can be reached from the network, but this input accepts everyone; list the "
                "allowed senders in allow, listen on 127.0.0.1 or [::1], or set open = true.");
    }
    if (std::count(settings.listen.begin(), settings.listen.end(), url) > 1) {
        throw tactus::config_error("listen", "\"" + url + "\" is listed twice.");
    }
}

void check_gone(const input_options& settings) {
    const bool has_connections =
        std::any_of(settings.listen.begin(), settings.listen.end(),
                    [](const auto& url) { return tactus::endpoint(url, "listen").is_stream(); });
    const auto refuse = [&](bool is_set, const char* key) {
        if (is_set && !has_connections) {
            throw tactus::config_error(
                key, "this is for connections, and every endpoint in listen takes datagrams, "
                     "whose senders come and go unseen; listen on tcp:// or unix://, or leave "
                     "this out.");
        }
    };
    refuse(settings.when_gone.has_value(), "when_gone");
    refuse(settings.gone_grace != settings.gone_grace.zero(), "gone_grace");
    tactus::gone_senders::check(settings.at_end(), settings.gone_grace);
}

void check_interface(const std::string& name) {
    in_addr address{};
    if (!name.empty() && ::inet_pton(AF_INET, name.c_str(), &address) != 1 &&
        ::if_nametoindex(name.c_str()) == 0) {
        throw tactus::config_error("interface", "there is no network interface \"" + name +
                                                    "\" (\"ip link\" lists them).");
    }
}

/// A host that may write to an endpoint may panic there; therefore not every host may.
void check_control(const input_options& settings) {
    for (const std::string& url : settings.listen) {
        if (settings.control && settings.allow.empty() &&
            !tactus::endpoint(url, "listen").is_loopback()) {
            throw tactus::config_error(
                "control", "\"" + url +
                               "\" can be reached from the network, where everyone could silence "
                               "all outputs; list the senders that may in allow, or listen on "
                               "127.0.0.1 or [::1].");
        }
    }
}

} // namespace

void check(const input_options& settings) {
    if (settings.listen.empty()) {
        throw tactus::config_error("listen", "there is no endpoint to listen on.");
    }
    for (const std::string& url : settings.listen) {
        check_endpoint(settings, url);
    }
    const tactus::allow_list checked(settings.allow, "allow");
    check_interface(settings.interface);
    check_gone(settings);
    check_control(settings);
    static_cast<void>(mode_of(settings));
}

std::uint32_t mode_of(const input_options& settings) {
    char* end = nullptr;
    const unsigned long mode = std::strtoul(settings.socket_mode.c_str(), &end, 8);
    if (settings.socket_mode.empty() || *end != '\0' || mode == 0 || mode > 0777) {
        throw tactus::config_error(
            "socket_mode", "\"" + settings.socket_mode +
                               "\" is not a file mode; expected octal digits like \"0660\".");
    }
    return static_cast<std::uint32_t>(mode);
}

} // namespace osc_in
