// SPDX-License-Identifier: MIT
// Checks whether a shared object is complete. The system maps what its headers promise, and a
// process that reads beyond the end of the file gets SIGBUS instead of an error: a truncated copy
// would end the daemon. elf_check_linux.cpp. Threads: any.
#pragma once

#include <string>

namespace tactus::host {

// The missing part, for a message. Empty if the file is complete, or if it is no shared object of
// this machine, which the system's loader reports. Blocks: reads a few bytes.
[[nodiscard]] std::string missing_of_image(const std::string& path);

} // namespace tactus::host
