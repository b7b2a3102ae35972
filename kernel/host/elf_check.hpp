// SPDX-License-Identifier: MIT
// Whether a shared object is all there. The system maps what its headers promise, and a process
// that reads beyond the end of the file gets SIGBUS instead of an error: a copy that was cut off
// would end the daemon. elf_check_linux.cpp. Threads: any.
#pragma once

#include <string>

namespace tactus::host {

// What is missing, for a message; empty where nothing is, or where it is no shared object of this
// machine, which the system's loader explains. Blocks: reads a few bytes.
[[nodiscard]] std::string missing_of_image(const std::string& path);

} // namespace tactus::host
