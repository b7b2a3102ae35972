// SPDX-License-Identifier: MIT
// Starts a kernel thread: with a name that tools show, and with every signal blocked but faults of
// its own (SIGSEGV and the like). So no other handler runs on it, and a closed pipe is an error
// instead of the end of the process (SIGPIPE). start_thread_linux.cpp.
#pragma once

#include "kernel/base/thread_role.hpp"

#include <thread>

namespace tactus::base {

// `name` must last as long as the thread; its first 15 bytes are shown. Throws std::system_error if
// the system gives no thread. Threads: any; the caller's signal mask is unchanged.
[[nodiscard]] std::thread start_without_signals(thread_role role, const char* name,
                                                void (*run)(void*), void* arg);

} // namespace tactus::base
