// SPDX-License-Identifier: MIT
// The input of a raw MIDI device that its driver has discarded: its buffer (4096 bytes,
// unless set otherwise by a module parameter) was full because the kernel did not empty it in time.
// The driver does not report that; /proc/asound counts it. Where that is not readable, losses stay
// unknown.
//
// Bytes are discarded only behind a full buffer. A reader that checks each time half a buffer has
// come therefore sees a loss before it reads the bytes behind the gap. Threads: one at a time.
#pragma once

#include "alsa_port.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace midi {

class driver_losses {
public:
    struct status {
        std::uint64_t lost = 0;  // bytes, since it was opened
        std::size_t waiting = 0; // bytes
        std::size_t size = 0;    // of the buffer, bytes
        bool operator==(const status&) const = default;
    };

    explicit driver_losses(const alsa_port& of);

    /// Call it before using that many received bytes: whether more has been lost. Blocks: some 30
    /// us at most, once per half a buffer, to read /proc.
    bool has_lost_before(std::size_t bytes) noexcept;
    /// Whether the driver's buffer is empty.
    bool is_drained() const noexcept;

    /// Parses /proc/asound/card1/midi0 for that input. Empty if it is not open.
    static std::optional<status> parse(std::string_view text, int subdevice) noexcept;

private:
    std::optional<status> read_status() const noexcept;

    std::string path_;
    int subdevice_;
    std::size_t unchecked_ = 0; // bytes that came since the last check
    std::size_t check_every_;   // bytes
    std::uint64_t lost_ = 0;    // bytes, at the last check
};

} // namespace midi
