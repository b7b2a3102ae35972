// SPDX-License-Identifier: MIT
// How many bytes a raw MIDI device's driver can still take. The sequencer does not report that: it
// discards what does not fit into the driver's buffer (4096 bytes, unless set otherwise by a module
// parameter), and only the kernel log mentions it. /proc/asound shows how full each buffer is. It
// is read only if the bytes written since the last reading may have filled the buffer. If
// /proc/asound is not readable, the buffer is assumed to have that size and to drain at a MIDI
// cable's speed; no device is slower. Threads: one at a time.
#pragma once

#include "alsa_port.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace midi {

/// A long SysEx goes to a device in parts of this size, each only when at most part_queued_max
/// bytes are left in the driver's buffer of 4096 bytes. Therefore a message behind it, such as a
/// clock tick, waits less.
inline constexpr std::size_t device_part = 256;
inline constexpr std::size_t part_queued_max = 1024;

class driver_buffer {
public:
    static constexpr std::size_t usual_size = 4096;

    struct fill {
        std::size_t size = 0;
        std::size_t free = 0;
        bool operator==(const fill&) const = default;
    };

    explicit driver_buffer(const alsa_port& of);

    /// Whether that many bytes fit and, if `queued_max` is given, at most that many bytes are
    /// queued before them. Blocks: some 30 us at most, to read /proc.
    bool has_room(std::size_t bytes, std::int64_t now_ns,
                  std::optional<std::size_t> queued_max = std::nullopt) noexcept;
    void count_written(std::size_t bytes) noexcept;
    std::size_t size() const noexcept { return size_; }
    /// Bytes that fit at least, as far as known.
    std::size_t free() const noexcept { return free_; }

    /// Parses /proc/asound/card1/midi0: the fill of that output or, for snd-virmidi, whose buffer
    /// the kernel writes and a program reads, of the fullest open input. Empty if it is not listed.
    static std::optional<fill> parse(std::string_view text, alsa_kind kind, int subdevice) noexcept;

private:
    std::optional<fill> read_fill() const noexcept;
    void estimate(std::int64_t now_ns) noexcept;

    std::string path_;
    alsa_kind kind_;
    int subdevice_;
    std::size_t size_ = usual_size;
    std::size_t free_ = 0; // see free()
    std::int64_t estimated_ns_ = 0;
};

} // namespace midi
