// SPDX-License-Identifier: MIT
// Bytes as tests write them: hex with blanks for MIDI, text with \0 for OSC.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace wire {

using bytes = std::vector<std::uint8_t>;

inline int digit(char c) {
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

// "90 3C 64"; blanks anywhere between bytes.
inline bytes hex(std::string_view text) {
    bytes out;
    for (std::size_t at = 0; at + 1 < text.size();) {
        if (text[at] == ' ' || text[at] == '\n') {
            ++at;
            continue;
        }
        out.push_back(static_cast<std::uint8_t>(digit(text[at]) << 4 | digit(text[at + 1])));
        at += 2;
    }
    return out;
}

// A literal with its zeros: raw("/a\0\0,\0\0"), whose last NUL is the literal's own.
template <std::size_t Size>
bytes raw(const char (&text)[Size]) {
    return bytes(text, text + Size);
}

inline bytes big_endian(std::uint64_t value, int size) {
    bytes out;
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    return out;
}

inline bytes operator+(bytes left, const bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

// "#bundle", the time tag, and each element behind its size.
inline bytes bundle(std::uint64_t time_tag, const std::vector<bytes>& elements = {}) {
    bytes out = raw("#bundle") + big_endian(time_tag, 8);
    for (const bytes& element : elements) {
        out = out + big_endian(element.size(), 4) + element;
    }
    return out;
}

inline bytes copy(std::span<const std::uint8_t> view) {
    return bytes(view.begin(), view.end());
}

} // namespace wire
