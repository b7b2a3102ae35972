// SPDX-License-Identifier: MIT
// How fast an output may send: what a MIDI cable or a USB endpoint can carry, and SysEx in parts
// with pauses for devices that would lose a long one. Real-time bytes pass everything, also between
// the parts. A MIDI interface takes bytes faster than its wire does and queues them; where no more
// is handed to it than the wire carries, that queue stays empty, and a clock tick never waits
// behind a dump. A SysEx that is longer than what the MIDI system takes together goes in parts in
// any case. Arithmetic and the rest of one SysEx; the caller brings the time, and does the sending.
// Threads: one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace midi {

/// A wire carries one unit after another: so many bytes of one message, or fewer.
struct wire_model {
    std::chrono::nanoseconds unit{0}; // how long it is on the wire; 0: no time at all
    std::size_t bytes = 1;            // that a unit holds; at least 1
};

struct wire_settings {
    wire_model wire;
    std::size_t part = 0;              // bytes of a SysEx that go together; 0: all
    std::chrono::nanoseconds pause{0}; // after so many, in however many parts they went
};

/// How many bytes of a SysEx the MIDI system takes together. Units: bytes.
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

    // So much earlier the next message may be handed over, so that the wire does not run dry while
    // we are being woken: a byte of a din wire, five packets of a usb wire.
    static constexpr std::int64_t slack_ns = 320'000;
    static constexpr std::int64_t never_ns = INT64_MAX;

    explicit wire_pace(const wire_settings& settings);

    /// It holds messages back, or cuts SysEx into parts.
    bool is_on() const noexcept { return settings_.wire.unit.count() > 0 || settings_.part > 0; }

    /// A SysEx is under way.
    bool is_open() const noexcept { return sent_ < rest_.size(); }

    /// Whether this message may begin now.
    bool has_room(bytes_view message, std::int64_t now_ns) const noexcept;
    /// What of it goes first: all, or a part. Bounds: has_room.
    bytes_view first_part(bytes_view message, const part_limits& limits) const noexcept;
    /// So many bytes of it, from its begin, have been sent; the rest is kept.
    void begin(bytes_view message, std::size_t sent, std::int64_t now_ns) noexcept;

    /// The next part of the SysEx that is under way, if it is time; else empty. Valid until the
    /// next begin.
    bytes_view next_part(std::int64_t now_ns) const noexcept;
    /// That part has been sent.
    void part_sent(std::int64_t now_ns) noexcept;
    /// When the next part is to go; never_ns where none is left.
    std::int64_t next_part_ns() const noexcept { return is_open() ? part_ns_ : never_ns; }
    /// From when on a message that is not real-time may begin; never_ns while a SysEx is under way.
    /// What continues a SysEx keeps the pause between two parts.
    std::int64_t room_ns() const noexcept {
        return is_open() ? never_ns : goes_on_ ? part_ns_ : free_ns_ - slack_ns;
    }

    /// Forgets the rest of a SysEx, and what is still on the wire: the next message may begin at
    /// once.
    void drop() noexcept;

private:
    std::size_t part_size() const noexcept;
    void occupy(std::size_t bytes, std::int64_t now_ns) noexcept;
    void pause(std::size_t sent, std::int64_t now_ns) noexcept;

    wire_settings settings_;
    std::int64_t free_ns_ = 0; // the wire has carried everything by then
    std::int64_t part_ns_ = 0;
    std::size_t part_ = 0;           // what goes together at most, of a chunk
    std::size_t chunk_ = 1;          // behind each is a pause
    std::size_t in_chunk_ = 0;       // so much of the chunk that is under way has been sent
    bool goes_on_ = false;           // what was begun last is a SysEx without its end
    std::vector<std::uint8_t> rest_; // the SysEx that is under way, all of it
    std::size_t sent_ = 0;           // of rest_
};

} // namespace midi
