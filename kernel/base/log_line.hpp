// SPDX-License-Identifier: MIT
// One line of the log, as bytes: plain text for a terminal, for journald, or as JSON. Pure: it uses
// no queue and no clock. Called by log; separate from it so that tests can check the bytes. The
// kind of the line (log_event) is for programs: JSON and the journal's fields have it.
//
// A line may contain text from a peer (an address, a port's name). No text can end the line, begin
// another one, or control the terminal: anything but printable UTF-8 is written as \xNN.
#pragma once

#include "kernel/base/log_event.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tactus::base {

enum class log_level : std::uint8_t { debug, info, warning, error };
inline constexpr std::size_t log_levels = 4;

enum class log_format : std::uint8_t {
    text,    // 2026-11-23T13:00:00.123Z warning The text. name=value
    json,    // {"time":"2026-11-23T13:00:00.123Z","level":"warning","event_id":"page_refused",
             //  "text":"The text.","name":"value","number":3}
    journal, // <4>The text. name=value      journald reads the priority and adds its own time
};

// A fact attached to the text. The key is the programmer's: lower case, digits and underscores.
struct log_field {
    std::string_view key;
    std::string value;
    bool is_bare = false; // a number, true or false: JSON has it without quotes
};

[[nodiscard]] inline log_field kv(std::string_view key, std::string_view value) {
    return {key, std::string(value), false};
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
    return {key, value ? "true" : "false", true};
}

// Seconds, with microseconds.
[[nodiscard]] log_field kv_seconds(std::string_view key, std::int64_t ns);

struct log_entry {
    std::int64_t wall_ns; // since 1970, UTC
    log_level level;
    log_event event;
    std::string_view text;
    std::span<const log_field> fields;
};

// Bounds, all in bytes as written. A pipe takes a line of that size whole (PIPE_BUF is 4096), so
// lines of two processes never mix. Truncated text ends in "..."; for fields that no longer fit,
// the line gives their number.
inline constexpr std::size_t log_line_bytes_max = 1000;
inline constexpr std::size_t log_text_bytes_max = 600;
inline constexpr std::size_t log_value_bytes_max = 200;
inline constexpr std::size_t journal_fields_bytes_max = 8000;

// The line with its newline. Errors: throws only std::bad_alloc.
[[nodiscard]] std::string to_line(log_format format, const log_entry& entry);

// All of the line but its text as journal_socket.hpp has it: PRIORITY=4, TACTUS_EVENT_ID= and a
// TACTUS_NAME=value for each field. Fields that no longer fit are left out. Errors: likewise.
[[nodiscard]] std::string to_journal_fields(const log_entry& entry);
// The text, and the fields behind it, of a line in log_format::journal, with its newline.
[[nodiscard]] constexpr std::string_view journal_message(std::string_view line) noexcept {
    constexpr std::size_t priority_size = 3; // <4>
    return line.substr(priority_size);
}

} // namespace tactus::base
