// SPDX-License-Identifier: MIT
// Shared by the two ALSA outputs: how long they wait for a device, and how system errors are
// interpreted.
#pragma once

#include "output_backend.hpp"
#include "stall_clock.hpp"

#include <alsa/asoundlib.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <new>
#include <string>
#include <thread>

namespace midi {

/// A receiver that takes nothing for this long is not waited for any more.
inline constexpr std::chrono::nanoseconds stuck_limit = std::chrono::seconds(1);
/// How long a stop waits for a device that has not taken everything: as long as it takes some. The
/// daemon cuts off an output that needs more than a second for its end.
inline constexpr std::chrono::nanoseconds drain_limit = std::chrono::milliseconds(800);
/// How long it waits while the device takes nothing.
inline constexpr std::chrono::nanoseconds drain_stuck_limit = std::chrono::milliseconds(200);
inline constexpr auto drain_step = std::chrono::milliseconds(1);

inline std::int64_t alsa_now_ns() noexcept {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// Waits until `is_drained()`, within the limits above; `room()`, asked after it, grows while the
/// device takes something. Returns whether it is drained.
template <class IsDrained, class Room>
[[nodiscard]] bool drain(IsDrained is_drained, Room room) noexcept {
    const std::int64_t until_ns = alsa_now_ns() + drain_limit.count();
    stall_clock stall;
    while (!is_drained()) {
        const std::int64_t now_ns = alsa_now_ns();
        if (now_ns >= until_ns || stall.stalled_ns(room(), now_ns) >= drain_stuck_limit.count()) {
            return false;
        }
        std::this_thread::sleep_for(drain_step);
    }
    return true;
}

/// The status for a (negative) error other than lack of room: if the device has gone, calls `wake`;
/// otherwise `why` gets the system's text for the error.
inline tactus_status alsa_failure(int error, const waker& wake, std::string& why) noexcept {
    if (error == -ENOENT || error == -ENODEV || error == -ENXIO) {
        wake();
        return TACTUS_E_CLOSED;
    }
    try {
        why = snd_strerror(error);
    } catch (const std::bad_alloc&) {
        why.clear();
    }
    return TACTUS_E_IO;
}

} // namespace midi
