// SPDX-License-Identifier: MIT
// Which of the existing ports the option `port` means. Pure text functions, no MIDI system.
//   "synth"       the port that the name matches best, see tactus/cpp/port_name.hpp
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

/// At most that many bytes: a longer text is cut and ends in a hash of the whole. Bounds: bytes_max
/// above 15.
std::string shortened(std::string_view text, std::size_t bytes_max);

/// The port's key in the daemon: the name without the numbers; if that exceeds the 255 bytes of a
/// key, its beginning and a hash of the whole. JACK's names have up to 319 bytes.
std::string port_key(std::string_view name);

/// The text in quotation marks, for a sentence.
inline std::string quoted(std::string_view text) {
    return '"' + std::string(text) + '"';
}

/// The text for when JACK gave us another name than `asked`.
std::string renamed_text(const std::string& asked, const std::string& given);

/// A sentence to append that names the port which was probably meant; or empty.
std::string did_you_mean(std::span<const std::string> names, std::string_view wanted);

} // namespace midi
