// SPDX-License-Identifier: MIT
// Which of the ports that exist is meant by the option `port`. Pure text, no MIDI system.
//   "synth"       the port that the name fits best, as tactus/cpp/port_name.hpp says
//   "*:synth in*" `*` stands for any text; matched against the whole name
// An ALSA name ends in numbers that change with each plugging, as in "nanoKONTROL:nanoKONTROL MIDI
// 1 24:0"; it is matched with and without them.
#pragma once

#include <tactus/cpp/port_name.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace midi {

using tactus::find_all;
using tactus::find_ports;
using tactus::matches_pattern;
using tactus::without_numbers;

/// Up to so many bytes: the begin of what is longer, and a number that stands for all of it.
/// Bounds: bytes_max above 15.
std::string shortened(std::string_view text, std::size_t bytes_max);

/// What the daemon knows the port by: without the numbers, and where that is longer than the 255
/// bytes that a key has, its begin and a hash of it all; JACK's names have up to 319.
std::string port_key(std::string_view name);

/// For a sentence.
inline std::string quoted(std::string_view text) {
    return '"' + std::string(text) + '"';
}

/// What to say where JACK gave us another name than `asked`.
std::string renamed_text(const std::string& asked, const std::string& given);

/// A sentence that names the port which was probably meant, to be added to another; or empty.
std::string did_you_mean(std::span<const std::string> names, std::string_view wanted);

} // namespace midi
