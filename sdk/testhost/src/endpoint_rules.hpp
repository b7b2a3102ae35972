// SPDX-License-Identifier: MIT
// Which endpoints "tactus.stream/0" and "tactus.udp/0" of the daemon take. Not installed.
//   endpoint = ("tcp" | "udp") "://" host ":" port | "unix://" absolute-path
//   host     = IPv4 | "[" IPv6 ["%" zone] "]" | name      port = 0 to 65535
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <tactus/cpp/numeric_host.hpp>
#include <tactus/iface/udp.h>

namespace tactus::testing {

enum class endpoint_kind {
    none,     // no endpoint at all
    numeric,  // or a path
    by_name,  // it must be looked up
    datagrams // udp://, which only resolve and udp.parse take
};

struct parsed_endpoint {
    endpoint_kind kind = endpoint_kind::none;
    std::string_view host; // of the text, without brackets; empty for a path
    std::optional<numeric_host> numeric;
    std::uint16_t port = 0;
};

/// The network interfaces that a test has scripted: name -> number.
using interface_numbers = std::map<std::string, unsigned>;

/// By name or number; 0 if neither this machine nor the script has it.
unsigned number_of_interface(const std::string& zone, const interface_numbers& scripted);

/// Whether its zone is an interface that is not there, so that nothing can be opened.
bool is_zone_missing(const parsed_endpoint& of, const interface_numbers& scripted);

parsed_endpoint endpoint_of(std::string_view text);

inline endpoint_kind kind_of_endpoint(std::string_view text) {
    return endpoint_of(text).kind;
}

inline bool is_connectable(std::string_view text) {
    const endpoint_kind kind = kind_of_endpoint(text);
    return kind == endpoint_kind::numeric || kind == endpoint_kind::by_name;
}

/// As the daemon hands it to a plugin: IPv4 within IPv6 is IPv4, and the zone is there where the
/// system needs one. `zone`: the interface's number, 0 for none.
tactus_address to_address(const numeric_host& host, std::uint16_t port, unsigned zone);

/// The address alone, without a port; size 0 where the endpoint has none. An interface that is
/// missing counts as none.
tactus_address address_of(const std::string& endpoint);

/// "udp://10.0.0.1:9", with the zone by its name; empty for no address.
std::string text_of(const tactus_address* address);

} // namespace tactus::testing
