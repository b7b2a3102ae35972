// SPDX-License-Identifier: MIT
// One line of JSON as events: what a shell, a script or a sensor writes. Pure: time and names come
// through `host_access`. Whatever is wrong is said with what was expected.
//   line  = { when?, to?, what }
//   when  = "at": "+250ms" | seconds since 1970          without: at once
//   to    = "to": "the name of an output or a port"      without: as routed
//   what  = "note": 0..127, "velocity"?: 0..127, "channel"?: 1..16, "for"?: "500ms" | seconds
//         | "osc": "/address", "args"?: [number | text | true | false | null, ...]
//         | "midi": [byte, ...]                          one complete message
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <tactus/cpp/batch.hpp>
#include <tactus/cpp/time.hpp>

namespace stream_in {

inline constexpr std::size_t line_max = 65'536; // bytes
/// What the events of one line need in a batch, at the most.
inline constexpr std::uint32_t events_of_line = 2;
constexpr std::size_t bytes_for(std::size_t line_size) noexcept {
    // A number of 2 characters, "1,", takes 5 bytes of OSC.
    return std::min<std::size_t>(3 * line_size + 128, TACTUS_EVENT_SIZE_MAX);
}

/// What a line's meaning depends on.
class host_access {
public:
    host_access() = default;
    host_access(const host_access&) = delete;
    host_access& operator=(const host_access&) = delete;
    virtual ~host_access() = default;
    virtual tactus::time_point from_unix(std::int64_t unix_ns) = 0;
    /// The handle of a port's name; 0 where it is too long or one too many.
    virtual std::uint32_t port(std::string_view name) = 0;
};

/// Keeps its memory from line to line.
class line_reader {
public:
    explicit line_reader(host_access& outside);
    line_reader(const line_reader&) = delete;
    line_reader& operator=(const line_reader&) = delete;
    ~line_reader();

    /// Adds the line's events to the batch, or says what is wrong with it; "" is a blank line or
    /// success. `arrived` is what "+250ms" counts from, `tag` that of the events. Bounds: the batch
    /// has room for events_of_line and bytes_for its size; the line has at most line_max bytes.
    [[nodiscard]] std::string read(std::string_view line, tactus::time_point arrived,
                                   tactus::batch_builder& batch, std::uint32_t tag = 0);

private:
    struct json;

    host_access& outside_;
    std::unique_ptr<json> json_;
};

} // namespace stream_in
