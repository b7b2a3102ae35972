// SPDX-License-Identifier: MIT
// A receiver of the events that an output sends through ALSA's sequencer, and whether it has room.
// The sequencer discards what does not fit: for a device's driver silently, for a program together
// with everything queued in its pool. Nothing is therefore written to a receiver without room; the
// caller waits, or counts the loss. Threads: one at a time.
#pragma once

#include "alsa_port.hpp"
#include "driver_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace midi {

class alsa_receiver {
public:
    using bytes_view = std::span<const std::uint8_t>;

    alsa_receiver(const alsa_client& client, const alsa_port& port);

    alsa_address at() const noexcept { return at_; }
    /// How many bytes of a message of that size may be given at once: all, or, for a SysEx only, a
    /// part. At least 1.
    std::size_t part_max(std::size_t size) noexcept;
    /// Whether it can take the message, or the part of one, now.
    bool has_room(bytes_view bytes, std::int64_t now_ns) noexcept;
    /// The room that it has now, as room(). Blocks: 30 us at most, for a device.
    std::size_t read_room(std::int64_t now_ns) noexcept;
    /// The room that it had at the last has_room, read_room or is_drained: bytes, or for a
    /// program cells.
    std::size_t room() const noexcept { return room_; }
    void count_written(bytes_view bytes) noexcept;
    /// Whether everything sent has left the device's driver. Always true for a program.
    bool is_drained(std::int64_t now_ns) noexcept;

private:
    const alsa_client& client_;
    alsa_address at_;
    alsa_kind kind_;
    std::optional<driver_buffer> buffer_; // for a device
    std::size_t room_ = 0;
};

} // namespace midi
