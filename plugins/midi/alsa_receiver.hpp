// SPDX-License-Identifier: MIT
// Who gets what an output sends through ALSA's sequencer, and whether it has room. The sequencer
// throws away what finds none: a device's driver in silence, and a program's pool together with all
// that waits in it. So nobody is written to who has no room; the caller waits, or counts what is
// lost. Threads: one at a time.
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
    /// Of a message of that many bytes, how many it may be given at once: all, or a part, which
    /// only a SysEx can be given in. At least 1.
    std::size_t part_max(std::size_t size) noexcept;
    /// Whether it takes the message, or the part of one, now.
    bool has_room(bytes_view bytes, std::int64_t now_ns) noexcept;
    void took(bytes_view bytes) noexcept;
    /// Whether all that was sent has left a device's driver. A program: always.
    bool is_drained(std::int64_t now_ns) noexcept;

private:
    const alsa_client& client_;
    alsa_address at_;
    alsa_kind kind_;
    std::optional<driver_buffer> buffer_; // of a device
};

} // namespace midi
