// SPDX-License-Identifier: MIT
// Running status out (MIDI 1.0): a channel message leaves out a status byte that is the one of the
// message before it. Real-time bytes do not disturb that; SysEx and system common messages end it.
// A receiver that missed a status byte understands nothing until the next one, so at least one a
// second is sent. Threads: one at a time.
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

    /// What is to be sent of a message, or of a part of a SysEx, which is sent now. Bounds: not
    /// empty.
    bytes_view shorten(bytes_view message, std::int64_t now_ns) noexcept;
    /// The next channel message has its status byte, as after whatever may not have arrived.
    void clear() noexcept { status_ = 0; }

private:
    std::uint8_t status_ = 0; // of the channel message before; 0: of none
    std::int64_t sent_ns_ = 0;
};

} // namespace midi
