// SPDX-License-Identifier: MIT
// Which of the ports that exist is meant by the option `port`. Pure text, no MIDI system.
//   "synth"       the port of that very name; else the only one whose name contains it
//   "*:synth in*" `*` stands for any text; matched against the whole name
// Case matters. An ALSA name ends in numbers that change with each plugging, as in
// "nanoKONTROL:nanoKONTROL MIDI 1 24:0"; it is matched with and without them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace midi {

/// Without a trailing " 24:0", where there is one.
std::string_view without_numbers(std::string_view name) noexcept;

/// What the daemon knows the port by: without the numbers, and where that is longer than the 255
/// bytes that a key has, its begin and a hash of it all; JACK's names have up to 319.
std::string port_key(std::string_view name);

/// Time: O(pattern x name), whatever they hold.
bool matches_pattern(std::string_view pattern, std::string_view name) noexcept;

/// The indices in `names` that `wanted` can mean, best kind of match only: none, one to attach to,
/// or several, which is for the user to resolve.
std::vector<std::size_t> find_ports(std::span<const std::string> names, std::string_view wanted);

} // namespace midi
