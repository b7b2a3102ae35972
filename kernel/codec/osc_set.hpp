// SPDX-License-Identifier: MIT
// The set of an OSC address pattern, "[a-c0]" or "[!a-c0]", read anew for each character: for
// patterns that are used once (osc_dispatch) or seldom (osc_captures). osc_pattern compiles its
// sets. Source: OSC 1.0 specification, "OSC Message Dispatching and Pattern Matching".
#pragma once

#include "kernel/codec/osc_character.hpp"

#include <cstdint>
#include <string_view>

namespace tactus::codec {

// Whether the set has that character; '/' is in no set. `set` is the text between the brackets of a
// pattern that was checked.
inline bool is_in_osc_set(std::string_view set, std::uint32_t c) noexcept {
    const bool is_inverted = set.starts_with('!');
    set.remove_prefix(is_inverted ? 1 : 0);
    const auto take = [&set] {
        const osc_character one = first_character(set);
        set.remove_prefix(one.size);
        return one.value;
    };
    bool is_found = false;
    while (!set.empty()) {
        const std::uint32_t first = take();
        std::uint32_t last = first;
        if (set.size() > 1 && set.front() == '-') {
            set.remove_prefix(1);
            last = take();
        }
        is_found = is_found || (c >= first && c <= last);
    }
    return c != '/' && is_found != is_inverted;
}

} // namespace tactus::codec
