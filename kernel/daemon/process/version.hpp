// SPDX-License-Identifier: MIT
// Which build this is; the values come from CMake.
#pragma once

namespace tactus::daemon {

extern const char* const version;  // of the project: 0.1.0
extern const char* const revision; // of the source tree, abbreviated by git; "unknown" without git
extern const char* const compiler; // GNU 12.2.0

} // namespace tactus::daemon
