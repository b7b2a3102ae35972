// SPDX-License-Identifier: MIT
// Reads the values of a line's keys, and says what was expected where one is wrong.
#pragma once

#include "span_text.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace stream_in {

using simdjson::dom::element;

/// An error in a line; caught in line_reader::read.
struct wrong_line : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] inline void refuse(std::string_view key, std::string_view expected) {
    throw wrong_line("\"" + std::string(key) + "\" is invalid; expected " + std::string(expected));
}

inline std::int64_t integer(const std::optional<element>& value, std::string_view key,
                            std::int64_t least, std::int64_t most, std::int64_t missing) {
    if (!value) {
        return missing;
    }
    double read = 0;
    if (value->get(read) != simdjson::SUCCESS || !(read >= static_cast<double>(least)) ||
        !(read <= static_cast<double>(most)) || read != std::floor(read)) {
        refuse(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return static_cast<std::int64_t>(read);
}

inline std::string_view text(const element& value, std::string_view key,
                             std::string_view expected) {
    std::string_view read;
    if (value.get(read) != simdjson::SUCCESS || read.empty() ||
        read.find('\0') != std::string_view::npos) {
        refuse(key, expected);
    }
    return read;
}

inline std::chrono::nanoseconds span(const element& value) {
    constexpr std::string_view expected =
        "a duration from 0 to a day, like \"500ms\" (ns us ms s m h) or a number of seconds";
    std::string_view words;
    double seconds = 0;
    const auto read = value.get(words) == simdjson::SUCCESS     ? read_span(words)
                      : value.get(seconds) == simdjson::SUCCESS ? span_of(seconds)
                                                                : std::nullopt;
    if (!read) {
        refuse("for", expected);
    }
    return *read;
}

} // namespace stream_in
