// SPDX-License-Identifier: MIT
// How fast an output may send: the capacity of a MIDI cable or a USB endpoint, and SysEx in parts
// with pauses for devices that would lose a long one. Real-time bytes overtake everything, even
// between the parts. A MIDI interface takes bytes faster than its wire carries them, and queues
// them. If it is given no more than the wire carries, its queue stays empty, and a clock tick never
// waits behind a dump. A SysEx that the MIDI system does not take at once is always sent in parts.
// Arithmetic and the rest of one SysEx; the caller supplies the time, and sends. Threads:
// one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace midi {

/// A wire carries one unit after another, each with up to `bytes` bytes of one message.
struct wire_model {
    std::chrono::nanoseconds unit{0}; // its time on the wire; 0: none
    std::size_t bytes = 1;            // that a unit holds; at least 1
};

struct wire_settings {
    wire_model wire;
    std::size_t part = 0;              // bytes of a SysEx sent together; 0: all
    std::chrono::nanoseconds pause{0}; // after that many bytes, sent in any number of parts
};

/// How many bytes of a SysEx the MIDI system takes at once. Units: bytes.
struct part_limits {
    std::size_t least = 1;
    std::size_t most = SIZE_MAX;
};

/// MIDI 1.0: 31,250 baud, a start and a stop bit around eight.
inline constexpr wire_model din_wire{std::chrono::microseconds(320), 1};
/// USB MIDI 1.0, section 4: an event packet of 32 bits for each message, or for three bytes of a
/// SysEx. A full-speed endpoint has 64 bytes, 16 packets, in each frame of 1 ms.
inline constexpr wire_model usb_wire{std::chrono::nanoseconds(62'500), 3};

class wire_pace {
public:
    using bytes_view = std::span<const std::uint8_t>;

    // The next message may be handed over this much earlier, because the wire must not run dry
    // while we are being woken: a byte of a din wire, five packets of a usb wire.
    static constexpr std::int64_t slack_ns = 320'000;
    static constexpr std::int64_t never_ns = INT64_MAX;

    explicit wire_pace(const wire_settings& settings);

    /// Whether it holds messages back, or cuts SysEx into parts.
    bool is_on() const noexcept { return settings_.wire.unit.count() > 0 || settings_.part > 0; }

    /// A SysEx is in progress.
    bool is_open() const noexcept { return sent_ < rest_.size(); }

    /// Whether this message may begin now.
    bool has_room(bytes_view message, std::int64_t now_ns) const noexcept;
    /// The bytes of it to send first: all, or a part. Bounds: has_room.
    bytes_view first_part(bytes_view message, const part_limits& limits) const noexcept;
    /// The first `sent` bytes of it have been sent; the rest is kept.
    void begin(bytes_view message, std::size_t sent, std::int64_t now_ns) noexcept;

    /// The next part of the SysEx in progress, if it is due; else empty. Valid until the next
    /// begin.
    bytes_view next_part(std::int64_t now_ns) const noexcept;
    /// That part has been sent.
    void part_sent(std::int64_t now_ns) noexcept;
    /// When the next part is due; never_ns if none is left.
    std::int64_t next_part_ns() const noexcept { return is_open() ? part_ns_ : never_ns; }
    /// When a message that is not real-time may begin; never_ns while a SysEx is in progress. A
    /// continuation of a SysEx keeps the pause between two parts.
    std::int64_t room_ns() const noexcept {
        return is_open() ? never_ns : goes_on_ ? part_ns_ : free_ns_ - slack_ns;
    }

    /// Discards the rest of a SysEx, and ignores what is still on the wire: the next message may
    /// begin at once.
    void drop() noexcept;

private:
    std::size_t part_size() const noexcept;
    void occupy(std::size_t bytes, std::int64_t now_ns) noexcept;
    void pause(std::size_t sent, std::int64_t now_ns) noexcept;

    wire_settings settings_;
    std::int64_t free_ns_ = 0; // when the wire has carried everything
    std::int64_t part_ns_ = 0;
    std::size_t part_ = 0;           // the most of a chunk sent together
    std::size_t chunk_ = 1;          // each is followed by a pause
    std::size_t in_chunk_ = 0;       // sent bytes of the chunk in progress
    bool goes_on_ = false;           // the last message begun is a SysEx without its end
    std::vector<std::uint8_t> rest_; // the SysEx in progress, all of it
    std::size_t sent_ = 0;           // of rest_
};

} // namespace midi
