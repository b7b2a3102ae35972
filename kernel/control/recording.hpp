// SPDX-License-Identifier: MIT
// The notifications of the method "tap" as plain values for clients, and the recordings made of it:
// JSON lines, which config/control.md describes.
//     recording = header LF {line LF}
//     header    = {"tactus_recording": 1, "started": SECONDS, ...}
//     line      = the params of a notification "event" | {"missed": COUNT}
#pragma once

#include "kernel/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

inline constexpr std::int64_t recording_version = 1;

// An absent member is empty or 0.
struct tapped_event {
    std::string result; // "sent", "received", "dropped", "rejected", "unrouted"
    std::string reason; // why it was not sent
    std::string detail; // the same as the output's plugin says; empty: it says nothing
    std::string input;
    std::string output;
    std::string route;
    std::string text; // its contents, for people
    double at_s = 0;  // of wall time, like the others
    double came_s = 0;
    double due_s = 0;
    double late_s = 0;
    std::uint64_t count = 1; // of several only the result, the reason and the place are known
};

// A line that a daemon with a tap writes.
struct tap_notification {
    enum class kind : std::uint8_t { event, missed, other };
    kind is = kind::other;
    tapped_event event;
    std::uint64_t missed = 0; // so many events before this line did not get here
    std::string line;         // of a recording; without its line feed
};

// An event of a recording, with its contents.
struct recorded_event {
    tapped_event event;
    std::uint16_t protocol = 0;      // TACTUS_PROTO_*
    std::vector<std::uint8_t> bytes; // empty: they are not in the recording
    bool is_part = false;            // of a System Exclusive message
    std::uint64_t missed = 0;        // it is no event: so many are missing here
};

// Reads JSON line by line; keeps the parser's memory.
class recording_reader {
public:
    recording_reader();
    recording_reader(const recording_reader&) = delete;
    recording_reader& operator=(const recording_reader&) = delete;
    ~recording_reader();

    // Errors: invalid (not JSON).
    [[nodiscard]] result<tap_notification> notification(std::string_view line);
    // The first line: when the recording began, in seconds of wall time. Errors: invalid; the text
    // says what was expected, not in which line.
    [[nodiscard]] result<double> header(std::string_view line);
    // Any other line. Errors: as above.
    [[nodiscard]] result<recorded_event> event(std::string_view line);

private:
    struct parser;
    std::unique_ptr<parser> parser_;
};

// The first line of a recording, without its line feed.
[[nodiscard]] std::string recording_header(double started_s, std::string_view daemon);
// The line that says how many events are missing.
[[nodiscard]] std::string missed_line(std::uint64_t count);

// "90 3c 64" or "903c64". Errors: invalid.
[[nodiscard]] result<std::vector<std::uint8_t>> read_hex(std::string_view text);
[[nodiscard]] std::string write_hex(const std::vector<std::uint8_t>& bytes);

} // namespace tactus::control
