// SPDX-License-Identifier: MIT
// Turns a line of JSON into events: the input of a shell, a script or a sensor. Pure: time and
// names come through `host_access`. An error text states the expected value.
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
/// The most events that one line adds to a batch.
inline constexpr std::uint32_t events_of_line = 2;
constexpr std::size_t bytes_for(std::size_t line_size) noexcept {
    // A number of 2 characters, "1,", takes 5 bytes of OSC.
    return std::min<std::size_t>(3 * line_size + 128, TACTUS_EVENT_SIZE_MAX);
}

/// The context that a line's meaning depends on.
class host_access {
public:
    host_access() = default;
    host_access(const host_access&) = delete;
    host_access& operator=(const host_access&) = delete;
    virtual ~host_access() = default;
    virtual tactus::time_point from_unix(std::int64_t unix_ns) = 0;
    /// The handle for a port name; 0 if it is too long or there are too many.
    virtual std::uint32_t port(std::string_view name) = 0;
};

/// The tags of a line, beside its events.
struct line_tag {
    std::string tag;      // of its events, or the one that it cancels; empty: none, or everything
    bool cancels = false; // then it has no events
};

/// Its memory is reused from line to line.
class line_reader {
public:
    explicit line_reader(host_access& outside);
    line_reader(const line_reader&) = delete;
    line_reader& operator=(const line_reader&) = delete;
    ~line_reader();

    /// Adds the line's events to the batch, or returns the fault of the line; "" for success or a
    /// blank line. "+250ms" counts from `arrived`; the events get `tag`. Bounds: the batch has
    /// room for events_of_line events and bytes_for the line's size; the line has at most line_max
    /// bytes.
    [[nodiscard]] std::string read(std::string_view line, tactus::time_point arrived,
                                   tactus::batch_builder& batch, std::uint32_t tag = 0);

    /// Of the line read last, if nothing was wrong with it.
    [[nodiscard]] const line_tag& tag() const noexcept { return tag_; }

private:
    struct json;

    host_access& outside_;
    line_tag tag_;
    std::unique_ptr<json> json_;
};

} // namespace stream_in
