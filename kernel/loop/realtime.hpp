// SPDX-License-Identifier: MIT
// The rights that the system may grant to a thread that must be on time; realtime_linux.cpp. All of
// it is optional, and the metrics show whether it was granted.
#pragma once

namespace tactus::loop {

// Below audio servers, above all ordinary threads.
inline constexpr int realtime_priority = 40;

// Schedules the calling thread FIFO above ordinary threads; threads that it starts later are
// ordinary. Returns false if the system does not permit it (RLIMIT_RTPRIO).
[[nodiscard]] bool raise_to_realtime() noexcept;

// Keeps touched pages in memory. Returns false if the system does not permit it (RLIMIT_MEMLOCK);
// if that is limited nothing is locked, as allocations beyond the limit would then fail.
[[nodiscard]] bool lock_memory() noexcept;

// Sleeping calls of this thread are not prolonged to save power.
void sharpen_timers() noexcept;

} // namespace tactus::loop
