// SPDX-License-Identifier: MIT
// Names the plugin that ends the process, in a last line on standard error:
//   - on SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT: the thread, and which call of which plugin it
//     was in; then the default action follows (a core dump). Signals that have a handler already, a
//     sanitizer's for example, keep it;
//   - on an exception that a plugin lets pass: the same, and its text; then SIGABRT;
//   - on exit() in a plugin: the same; the process then ends with exit_plugin instead of the
//     plugin's own code; therefore a service manager starts it again. Ends that cannot be named: a
//     plugin that calls _exit(); a stack that overflows in a plugin's own thread, where no handler
//     can run, since only the thread itself could give it another stack; and which plugin made a
//     thread that crashes. crash_report_linux.cpp. Threads: any.
#pragma once

namespace tactus::daemon {

// An internal software error, by sysexits(3).
inline constexpr int exit_plugin = 70;

// From now on; again is harmless; the first time on the main thread. A program that ends by itself
// calls expect_exit first.
void report_crashes() noexcept;
// From now on exit() is our own.
void expect_exit() noexcept;

} // namespace tactus::daemon
