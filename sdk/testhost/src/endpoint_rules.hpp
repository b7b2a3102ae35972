// SPDX-License-Identifier: MIT
// Which endpoints "tactus.stream/0" of the daemon takes. Not installed.
//   endpoint = ("tcp" | "udp") "://" host ":" port | "unix://" absolute-path
//   host     = IPv4 | "[" IPv6 ["%" zone] "]" | name      port = 0 to 65535
#pragma once

#include <string_view>

namespace tactus::testing {

enum class endpoint_kind {
    none,     // no endpoint at all
    numeric,  // or a path
    by_name,  // it must be looked up
    datagrams // udp://, which only resolve takes
};

endpoint_kind kind_of_endpoint(std::string_view text);

inline bool is_connectable(std::string_view text) {
    const endpoint_kind kind = kind_of_endpoint(text);
    return kind == endpoint_kind::numeric || kind == endpoint_kind::by_name;
}

} // namespace tactus::testing
