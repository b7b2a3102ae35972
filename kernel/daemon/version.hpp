// SPDX-License-Identifier: MIT
// Which build this is; the values come from CMake.
#pragma once

namespace tactus::daemon {

inline constexpr const char* version = TACTUS_VERSION;
inline constexpr const char* revision = TACTUS_REVISION;
inline constexpr const char* compiler = TACTUS_COMPILER;

} // namespace tactus::daemon
