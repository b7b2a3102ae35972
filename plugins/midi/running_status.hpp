// SPDX-License-Identifier: MIT
// Running status for output (MIDI 1.0): a channel message omits its status byte if that equals the
// one of the message before. Real-time bytes do not affect that; SysEx and system common messages
// end it. A receiver that missed a status byte understands nothing until the next one; therefore
// one is sent at least every second. Threads: one at a time. second is sent. Threads: one at a
// time.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

namespace midi {

class running_status {
public:
    using bytes_view = std::span<const std::uint8_t>;

    static constexpr std::int64_t repeat_ns =
        std::chrono::nanoseconds(std::chrono::seconds(1)).count();

    /// Returns the bytes to send for a message, or for a part of a SysEx, that is sent now. Bounds:
    /// not empty.
    bytes_view shorten(bytes_view message, std::int64_t now_ns) noexcept;
    /// The next channel message gets its status byte, as needed after bytes that may not have
    /// arrived.
    void clear() noexcept { status_ = 0; }

private:
    std::uint8_t status_ = 0; // of the last channel message; 0: none
    std::int64_t sent_ns_ = 0;
};

} // namespace midi
