// SPDX-License-Identifier: MIT
#include "kernel/config/endpoint.hpp"

#include "kernel/config/host_form.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <tactus/cpp/endpoint_parts.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace tactus::config {
namespace {

constexpr std::string_view mark = "://";

unexpected<complaint> wrong(std::string message, std::string hint = {}, std::string help = {}) {
    return unexpected<complaint>({std::move(message), std::move(hint), std::move(help)});
}

// What an endpoint is read by.
struct rules {
    std::span<const std::string_view> schemes;
    endpoint_use use = endpoint_use::listen;
    bool is_suggesting = true; // false: this is a suggestion that is tried
    [[nodiscard]] bool takes(std::string_view scheme) const {
        return std::find(schemes.begin(), schemes.end(), scheme) != schemes.end();
    }
};

result<endpoint, complaint> read_endpoint(std::string_view text, const rules& by);

// `lead "one" tail` with the first endpoint that is accepted and can be shown as it is; empty if
// none is.
std::string offer(std::string_view lead, std::span<const std::string> candidates,
                  std::string_view tail, const rules& by) {
    const rules silent{by.schemes, by.use, false};
    for (const std::string& one : candidates) {
        const bool is_shown = by.is_suggesting && escaped(one) == one &&
                              one.find_first_of("\"\\") == std::string::npos;
        if (is_shown && read_endpoint(one, silent)) {
            return std::string(lead) + "\"" + one + "\"" + std::string(tail);
        }
    }
    return {};
}

std::string meant(std::span<const std::string> candidates, const rules& by) {
    return offer("did you mean ", candidates, "?", by);
}

std::string meant(const std::string& candidate, const rules& by) {
    return meant(std::span(&candidate, 1), by);
}

std::string like(std::string_view lead, const std::string& candidate, const rules& by) {
    return offer(lead, std::span(&candidate, 1), {}, by);
}

std::string or_else(std::string text, std::string_view other) {
    return text.empty() ? std::string(other) : text;
}

// The two words are too similar for a suggestion to explain the difference.
std::string about_kind(std::string_view scheme, const rules& by) {
    const bool is_other_kind = !by.takes(scheme) && ((scheme == "unix" && by.takes("unixgram")) ||
                                                     (scheme == "unixgram" && by.takes("unix")));
    return is_other_kind ? "unix:// is a socket for connections and unixgram:// is a socket for "
                           "datagrams; both ends must be of the same kind"
                         : "";
}

bool is_path_scheme(std::string_view scheme) {
    return scheme == "unix" || scheme == "unixgram";
}

// An authority, for its complaints.
struct written {
    std::string_view text; // all of it
    std::string head;      // what is before it: "udp://"
    detail::authority_parts parts;
    rules by;

    [[nodiscard]] std::string with(const std::string& host, std::string_view port) const {
        return head + host + ":" + std::string(port);
    }
    [[nodiscard]] std::string port_or_example() const {
        return parts.port_number() ? std::string(parts.port) : "9000";
    }
};

unexpected<complaint> no_brackets_around_ipv6(const written& all) {
    const std::string host(all.parts.host);
    const std::size_t colon = host.rfind(':');
    const std::vector<std::string> candidates{
        all.with(host, all.parts.port), // "[desk]:9"
        all.parts.is_closed || colon == std::string::npos
            ? std::string()
            : all.with("[" + host.substr(0, colon) + "]", host.substr(colon + 1))};
    return wrong(quoted(all.text) + " does not begin with an IPv6 address in brackets",
                 meant(candidates, all.by));
}

// "[::1]" in front of ":9000".
result<std::string, complaint> read_bracketed(const written& all) {
    const detail::authority_parts& parts = all.parts;
    const std::string host(parts.host);
    const std::optional<in6_addr> six = ipv6_of(host);
    if (!parts.is_closed || !six) {
        return no_brackets_around_ipv6(all);
    }
    if (!parts.behind.empty()) {
        return wrong(
            quoted(parts.behind) + " is unexpected between the address and the port",
            or_else(meant(all.with("[" + host + "]", parts.has_port ? parts.port : parts.behind),
                          all.by),
                    "expected \":\" and a port"));
    }
    const detail::zone_parts within = detail::split_zone(parts.host);
    if (within.has_zone && !detail::is_zone(within.zone)) {
        return wrong(quoted(within.zone) + " is not the name of a network interface", {},
                     "write the interface after the % of the IPv6 address, like [fe80::1%eth0]; "
                     "\"ip link\" lists the interfaces");
    }
    if (needs_zone(*six) && !within.has_zone) {
        return wrong(quoted(host) + " is a link-local address without a network interface",
                     like("add its interface, like ",
                          all.with("[" + host + "%eth0]", all.port_or_example()), all.by),
                     "\"ip link\" lists the interfaces");
    }
    return host;
}

// Colons in a host without brackets: an IPv6 address, or a second port.
unexpected<complaint> too_many_colons(const written& all) {
    const std::string host(all.parts.host);
    if (is_ipv6(host) || is_ipv6(all.text)) {
        return wrong("an IPv6 address must be in brackets, like \"" + all.head + "[::1]:9000\"",
                     meant(all.with("[" + host + "]", all.parts.port), all.by));
    }
    const std::string first = host.substr(0, host.find(':'));
    const bool is_repeated = host == first + ":" + std::string(all.parts.port);
    return wrong(quoted(all.text) + " has more than one port; expected one" +
                     like(", like ", all.with(first, "9000"), all.by),
                 is_repeated ? meant(all.with(first, all.parts.port), all.by) : "");
}

constexpr std::string_view name_characters = "letters, digits, \"-\", \"_\" and \".\"";

// What is wrong with a host that is neither an address nor a name.
std::string fault_of(const std::string& host) {
    constexpr std::string_view good = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-_.";
    const std::string expected = "; expected " + std::string(name_characters);
    if (host.find_first_of(" \t") != std::string::npos) {
        return quoted(host) + " contains a blank" + expected;
    }
    if (std::any_of(host.begin(), host.end(), [](char c) { return (c & 0x80) != 0; })) {
        return quoted(host) + " is not ASCII; expected its form that begins with xn--";
    }
    if (const std::size_t at = host.find_first_not_of(good); at != std::string::npos) {
        return quoted(host) + " contains " + quoted(host.substr(at, 1)) + expected;
    }
    if (host.size() > detail::host_name_max) {
        return "the host has " + std::to_string(host.size()) + " bytes; expected at most " +
               std::to_string(detail::host_name_max);
    }
    if (host.find_first_not_of("0123456789.") == std::string::npos) {
        return quoted(host) + " is not an IPv4 address; expected four numbers from 0 to 255 "
                              "without leading zeros, like 192.168.1.20";
    }
    return host.front() == '-' || host.front() == '.'
               ? quoted(host) + " begins with " + quoted(host.substr(0, 1)) +
                     "; expected a letter or a digit"
               : quoted(host) + " has two dots in a row; expected one between the parts of a name";
}

unexpected<complaint> no_host(const written& all) {
    const std::string host(all.parts.host);
    if (host.empty() || host == "*") {
        return wrong(
            host.empty() ? "the host before the port is missing"
                         : "\"*\" is not a host; expected an address or a name",
            {},
            all.by.use == endpoint_use::send
                ? "write the receiver's address or name; 127.0.0.1 is this machine"
                : "127.0.0.1 is this machine only; 0.0.0.0 is every network that it is on");
    }
    const std::size_t first = host.find_first_not_of(" \t");
    const std::size_t last = host.find_last_not_of(" \t");
    const std::string trimmed =
        first == std::string::npos ? "" : host.substr(first, last - first + 1);
    const bool is_name = host.find_first_not_of("0123456789.") != std::string::npos;
    return wrong(fault_of(host), meant(all.with(trimmed, all.parts.port), all.by),
                 is_name ? "write the host's address, or its name in DNS or /etc/hosts" : "");
}

result<std::string, complaint> read_host(const written& all) {
    if (all.parts.is_bracketed) {
        return read_bracketed(all);
    }
    std::string host(all.parts.host);
    if (host.find(':') != std::string::npos) {
        return too_many_colons(all);
    }
    return host.empty() || !is_host(host) ? result<std::string, complaint>(no_host(all))
                                          : std::move(host);
}

result<std::uint16_t, complaint> read_port(const written& all) {
    const detail::authority_parts& parts = all.parts;
    if (!parts.has_port) {
        const std::string host(parts.host);
        return wrong(
            "the port is missing",
            or_else(like("add one, like ",
                         all.with(parts.is_bracketed ? "[" + host + "]" : host, "9000"), all.by),
                    "add one after a colon"));
    }
    const bool is_sending = all.by.use == endpoint_use::send;
    const std::string expected = is_sending ? "; expected 1 to 65535" : "; expected 0 to 65535";
    const std::string_view text = parts.port;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || (digits < text.size() && text[digits] != '/')) {
        return wrong(quoted(text) + " is not a port" + expected);
    }
    if (digits < text.size()) {
        return wrong("nothing may follow the port; found " + quoted(text.substr(digits)),
                     meant(all.head + std::string(all.text.substr(0, all.text.find('/'))), all.by));
    }
    const std::optional<std::uint16_t> port = parts.port_number();
    if (!port) {
        return wrong("port " + escaped(text) + " is out of range" + expected);
    }
    if (is_sending && *port == 0) {
        return wrong("port 0 means any free port, which cannot be sent to",
                     "write the receiver's port");
    }
    return *port;
}

result<endpoint, complaint> parse_unix(std::string_view scheme, std::string_view path) {
    if (!path.starts_with('/')) {
        return wrong(quoted(path) + " is not an absolute path", {},
                     "write a unix socket with three slashes, like " + std::string(scheme) +
                         ":///run/tactus/in.sock");
    }
    if (path.size() > detail::socket_path_max) {
        return wrong("the path has " + std::to_string(path.size()) + " bytes; expected at most " +
                     std::to_string(detail::socket_path_max));
    }
    if (!detail::is_socket_path(path)) {
        return wrong("the path contains a NUL character", "delete it");
    }
    return endpoint{std::string(scheme), {}, std::string(path), 0};
}

// "udp:127.0.0.1:9", "/tmp/x", "//desk:9": what was meant.
std::vector<std::string> with_scheme(std::string_view text, std::string_view word,
                                     std::string_view behind, const rules& by) {
    std::vector<std::string> made;
    const auto add = [&](std::string_view scheme, std::string_view rest) {
        const std::size_t begin = std::min(rest.find_first_not_of('/'), rest.size());
        const bool is_absolute = begin > 0 && is_path_scheme(scheme);
        made.push_back(std::string(scheme) + std::string(mark) + (is_absolute ? "/" : "") +
                       std::string(rest.substr(begin)));
    };
    if (by.takes(word)) {
        add(word, behind);
        return made;
    }
    for (const std::string_view scheme : by.schemes) {
        add(scheme, text);
    }
    return made;
}

unexpected<complaint> no_scheme(std::string_view text, const rules& by) {
    const std::size_t colon = text.find(':');
    const std::string_view word =
        colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
    const std::string_view behind = text.substr(word.empty() ? 0 : colon + 1);
    std::string expected;
    for (std::size_t i = 0; i < by.schemes.size(); ++i) {
        expected += i == 0 ? "" : i + 1 == by.schemes.size() ? " or " : ", ";
        expected += std::string(by.schemes[i]) + std::string(mark);
    }
    return wrong(quoted(text) + " has no scheme; expected an address that begins with " + expected,
                 meant(with_scheme(text, word, behind, by), by), about_kind(word, by));
}

// Nothing if the scheme is accepted.
std::optional<complaint> fault_of_scheme(const detail::scheme_parts& parts, const rules& by) {
    const std::string rest(parts.rest);
    if (by.schemes.empty()) {
        const std::vector<std::string> candidates{rest, rest.substr(0, rest.find('/'))};
        return complaint{"this setting takes a host and a port, without a scheme",
                         or_else(meant(candidates, by),
                                 by.is_suggesting ? "expected one like \"127.0.0.1:9000\"" : "")};
    }
    if (!by.takes(parts.scheme)) {
        const std::string_view near = suggestion(parts.scheme, by.schemes);
        return complaint{"scheme " + quoted(parts.scheme) + " is not accepted here; expected " +
                             listed(by.schemes, "or"),
                         near.empty() ? "" : meant(std::string(near) + "://" + rest, by),
                         about_kind(parts.scheme, by)};
    }
    const detail::scheme_parts second = detail::split_scheme(parts.rest);
    if (second.has_scheme && second.scheme.find_first_of("/:[") == std::string_view::npos) {
        return complaint{quoted(std::string(second.scheme) + "://") +
                             " is a second scheme; expected one",
                         second.scheme == parts.scheme ? meant(rest, by) : ""};
    }
    return std::nullopt;
}

result<endpoint, complaint> read_endpoint(std::string_view text, const rules& by) {
    const detail::scheme_parts whole = detail::split_scheme(text);
    if (!whole.has_scheme && !by.schemes.empty()) {
        return no_scheme(text, by);
    }
    if (whole.has_scheme) {
        if (std::optional<complaint> fault = fault_of_scheme(whole, by)) {
            return unexpected<complaint>(std::move(*fault));
        }
    }
    if (is_path_scheme(whole.scheme)) {
        return parse_unix(whole.scheme, whole.rest);
    }
    const written all{whole.rest,
                      whole.has_scheme ? std::string(whole.scheme) + std::string(mark) : "",
                      detail::split_authority(whole.rest), by};
    const result<std::string, complaint> host = read_host(all);
    if (!host) {
        return unexpected<complaint>(host.error());
    }
    const result<std::uint16_t, complaint> port = read_port(all);
    if (!port) {
        return unexpected<complaint>(port.error());
    }
    return endpoint{std::string(whole.scheme), *host, {}, *port};
}

} // namespace

result<endpoint, complaint>
parse_endpoint(std::string_view text, std::span<const std::string_view> schemes, endpoint_use use) {
    return read_endpoint(text, {schemes, use});
}

} // namespace tactus::config
