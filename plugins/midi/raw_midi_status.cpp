// SPDX-License-Identifier: MIT
#include "raw_midi_status.hpp"

#include <algorithm>
#include <charconv>

#include <fcntl.h>
#include <unistd.h>

namespace midi {
namespace {

std::string_view take_line(std::string_view& rest) noexcept {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

template <class Number>
void read_number(std::string_view text, Number& into) noexcept {
    std::from_chars(text.data(), text.data() + text.size(), into);
}

// Parses "Input 0" or "Output 0"; number -1 if it is neither.
raw_midi_status::substream titled(std::string_view line) noexcept {
    raw_midi_status::substream made;
    for (const std::string_view title : {"Input ", "Output "}) {
        if (line.starts_with(title)) {
            made.is_input = title.front() == 'I';
            read_number(line.substr(title.size()), made.number);
        }
    }
    return made;
}

// "  Buffer size  : 4096"
void read_line(std::string_view line, raw_midi_status::substream& into) noexcept {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) {
        return;
    }
    const std::string_view value = line.substr(colon + 2);
    if (line.starts_with("Buffer size")) {
        read_number(value, into.size);
    } else if (line.starts_with("Avail")) {
        read_number(value, into.avail);
    } else if (line.starts_with("Overruns")) {
        read_number(value, into.overruns);
    }
}

} // namespace

std::optional<std::string_view> raw_midi_status::read(const std::string& path,
                                                      std::span<char, text_max> into) noexcept {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return std::nullopt;
    }
    const ssize_t size = ::read(file, into.data(), into.size());
    close(file);
    return size < 0 ? std::nullopt
                    : std::optional(std::string_view(into.data(), static_cast<std::size_t>(size)));
}

std::optional<raw_midi_status::substream> raw_midi_status::next(std::string_view& rest) noexcept {
    while (!rest.empty()) {
        substream found = titled(take_line(rest));
        if (found.number < 0) {
            continue; // the device's name, or a line that belongs to neither
        }
        while (rest.starts_with(' ')) {
            read_line(take_line(rest), found);
        }
        return found;
    }
    return std::nullopt;
}

} // namespace midi
