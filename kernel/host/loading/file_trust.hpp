// SPDX-License-Identifier: MIT
// Whether anybody else may change a plugin file: its code runs with the rights of who opens it.
// file_trust_linux.cpp.
#pragma once

#include <string>

namespace tactus::host {

// Why the file must not be opened by a daemon with rights that others do not have: the end of a
// sentence, with what to do. Empty if nobody but root and this process's user may write the file or
// a folder of its path, up to /, or replace one there, and if it is not there. Links count with the
// folders that they are in and those that they lead to. Threads: any. Blocks: asks the file system.
[[nodiscard]] std::string why_untrusted(const std::string& path);

} // namespace tactus::host
