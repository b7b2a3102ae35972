// SPDX-License-Identifier: MIT
// One line of the log, as bytes: plain text for a terminal, for journald, or as JSON. Pure: it uses
// no queue and no clock. Called by log; separate from it so that tests can check the bytes.
//
// A line may contain text from a peer (an address, a port's name). No text can end the line, begin
// another one, or control the terminal: anything but printable UTF-8 is written as \xNN.
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
    journal, // <4>The text. name=value      journald reads the priority and adds its own time
};

// A fact attached to the text. The key is the programmer's: lower case, digits and underscores.
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
// lines of two processes never mix. Truncated text ends in "..."; for fields that no longer fit,
// the line gives their number.
inline constexpr std::size_t log_line_bytes_max = 1000;
inline constexpr std::size_t log_text_bytes_max = 600;
inline constexpr std::size_t log_value_bytes_max = 200;

// The line with its newline. Errors: throws only std::bad_alloc.
[[nodiscard]] std::string to_line(log_format format, const log_entry& entry);

} // namespace tactus::base
