// SPDX-License-Identifier: MIT
// What the system may grant a thread that must be on time; realtime_linux.cpp. Nothing here is
// needed to work, and whether it was granted is shown in the metrics.
#pragma once

namespace tactus::loop {

// Below audio servers, above everything ordinary.
inline constexpr int realtime_priority = 40;

// The calling thread is scheduled first come, first served above ordinary threads; threads that it
// starts later are ordinary. False where the system does not permit it (RLIMIT_RTPRIO).
[[nodiscard]] bool raise_to_realtime() noexcept;

// Pages that were touched stay in memory. False where the system does not permit it
// (RLIMIT_MEMLOCK); with a limit on it nothing is locked, as allocations beyond that limit would
// then fail.
[[nodiscard]] bool lock_memory() noexcept;

// Sleeping calls of this thread are not stretched to save power.
void sharpen_timers() noexcept;

} // namespace tactus::loop
