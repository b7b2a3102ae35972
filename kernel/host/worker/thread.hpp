// SPDX-License-Identifier: MIT
// The functions of the system that a worker needs, behind a seam: thread_linux.cpp.
#pragma once

#include <string>
#include <thread>

namespace tactus::host {

// For the calling thread: its name (15 bytes are shown), and wake-ups as exact as the system can.
void prepare_thread(const std::string& name) noexcept;

// The real-time priority just below the calling thread's, because the caller must be able to
// preempt the thread at any time; 0: the caller is an ordinary thread.
[[nodiscard]] int priority_below() noexcept;
// For the calling thread; unchanged if the system does not permit it.
void take_priority(int priority) noexcept;

// Makes the thread run only when nothing else wants the processor.
void make_idle_priority(std::thread& thread) noexcept;

} // namespace tactus::host
