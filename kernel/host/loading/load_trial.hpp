// SPDX-License-Identifier: MIT
// Opens a plugin file in a child process before this process opens it. Loading a file runs code of
// it (static constructors), which may crash, hang, call exit(), close others' descriptors or write
// to standard output: then the file is named and not opened here. load_trial_linux.cpp.
#pragma once

#include <string>

namespace tactus::host {

// The argument by which the program is its own child: `tactus --try-to-open FILE`.
inline constexpr const char* trial_argument = "--try-to-open";

// From now on: this program knows that argument, and may therefore be its own child.
void let_this_program_try() noexcept;

// Why the file must not be opened, as the end of a sentence; empty if it may be, or if no child can
// be made of this program (no /proc, or it does not know the argument). The faults of a file that
// can be loaded are not found here. Threads: any. Blocks: until the child has opened it, 5 s at
// most.
[[nodiscard]] std::string try_to_load(const std::string& path);

// The child: opens it, and tells its parent that it got there. Returns the exit code.
[[nodiscard]] int serve_trial(const char* path);

} // namespace tactus::host
