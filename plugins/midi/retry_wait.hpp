// SPDX-License-Identifier: MIT
// How long to wait before a MIDI system or a port is tried again: twice as long each further time,
// up to a second. It reads no clock. Threads: one at a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

namespace midi {

class retry_wait {
public:
    static constexpr std::chrono::milliseconds min{250};
    static constexpr std::chrono::milliseconds max{1000};

    /// It failed: how long to wait now.
    std::chrono::milliseconds next() noexcept {
        return std::exchange(wait_, std::min(wait_ * 2, max));
    }
    /// It worked.
    void reset() noexcept { wait_ = min; }

private:
    std::chrono::milliseconds wait_ = min;
};

} // namespace midi
