// SPDX-License-Identifier: MIT
// One line of the log, as bytes: in words for a terminal, for journald, or as JSON. Pure: it knows
// no queue and no clock. Called by log; apart from it so that tests can look at the bytes.
//
// What a peer sent (an address, a port's name) may stand in a line. Nothing in a text can end the
// line, begin another one, or speak to the terminal: what is not printable UTF-8 leaves as \xNN.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tactus::base {

enum class log_level : std::uint8_t { debug, info, warning, error };
inline constexpr std::size_t log_levels = 4;

enum class log_format : std::uint8_t {
    text, // 2026-11-23T13:00:00.123Z warning The text. name=value
    json, // {"time":"2026-11-23T13:00:00.123Z","level":"warning","text":"The text.","name":"value"}
    journal, // <4>The text. name=value      journald reads the priority, and has its own time
};

// A fact beside the text. The key is the programmer's: lower case, digits and underscores.
struct log_field {
    std::string_view key;
    std::string value;
};

[[nodiscard]] inline log_field kv(std::string_view key, std::string_view value) {
    return {key, std::string(value)};
}
[[nodiscard]] log_field kv(std::string_view key, std::int64_t value);
[[nodiscard]] log_field kv(std::string_view key, std::uint64_t value);
[[nodiscard]] inline log_field kv(std::string_view key, const char* value) {
    return kv(key, std::string_view(value));
}
[[nodiscard]] inline log_field kv(std::string_view key, const std::string& value) {
    return kv(key, std::string_view(value));
}
[[nodiscard]] inline log_field kv(std::string_view key, std::int32_t value) {
    return kv(key, std::int64_t{value});
}
[[nodiscard]] inline log_field kv(std::string_view key, std::uint32_t value) {
    return kv(key, std::uint64_t{value});
}
[[nodiscard]] inline log_field kv(std::string_view key, bool value) {
    return kv(key, std::string_view(value ? "true" : "false"));
}

struct log_entry {
    std::int64_t wall_ns; // since 1970, UTC
    log_level level;
    std::string_view text;
    std::span<const log_field> fields;
};

// Bounds, all in bytes as written. A pipe takes a line of that size whole (PIPE_BUF is 4096), so
// lines of two processes never mix. What is cut ends in "..."; of fields that do not fit any more,
// the number is said.
inline constexpr std::size_t log_line_bytes_max = 1000;
inline constexpr std::size_t log_text_bytes_max = 600;
inline constexpr std::size_t log_value_bytes_max = 200;

// The line with its end. Errors: throws only std::bad_alloc.
[[nodiscard]] std::string to_line(log_format format, const log_entry& entry);

} // namespace tactus::base
