// SPDX-License-Identifier: MIT
// What ALSA's two ways out have in common: how long they wait for a device, and what an error of
// the system's means.
#pragma once

#include "output_backend.hpp"

#include <alsa/asoundlib.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <new>
#include <string>

namespace midi {

/// Who takes nothing for so long is not waited for any more.
inline constexpr std::chrono::nanoseconds stuck_limit = std::chrono::seconds(1);
/// A stop waits so long for a device that has not taken everything.
inline constexpr auto drain_limit = std::chrono::milliseconds(200);
inline constexpr auto drain_step = std::chrono::milliseconds(1);

inline std::int64_t alsa_now_ns() noexcept {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// The answer for an error, negative, that is no want of room: where the device has gone, whoever
/// looks after it is woken; else `why` says what the system calls it.
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
