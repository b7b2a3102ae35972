// SPDX-License-Identifier: MIT
// This machine's network interfaces, by name and by number, as a zone of an IPv6 address names them
// (RFC 4007, section 11). Asks the system each time, since interfaces come and go. Threads: any.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <array>
#include <cstdint>
#include <string>

#include <net/if.h>

#include <tactus/cpp/decimal.hpp>

namespace tactus {
inline namespace v0_1 {

/// The interface's name; "" if this machine has none with that number.
inline std::string interface_name(unsigned number) {
    std::array<char, IF_NAMESIZE> name{};
    return number != 0 && if_indextoname(number, name.data()) != nullptr ? name.data() : "";
}

/// The number of the interface that `zone` names, or whose number it is, in decimal. A name takes
/// precedence. Returns 0 if this machine has no such interface.
inline unsigned interface_number(const std::string& zone) noexcept {
    if (const unsigned number = if_nametoindex(zone.c_str()); number != 0) {
        return number;
    }
    std::array<char, IF_NAMESIZE> name{};
    const unsigned number = decimal(zone, UINT32_MAX).value_or(0);
    return number != 0 && if_indextoname(number, name.data()) != nullptr ? number : 0;
}

} // namespace v0_1
} // namespace tactus
