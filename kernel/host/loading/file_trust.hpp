// SPDX-License-Identifier: MIT
// Whether another user may change a plugin file: its code runs with the rights of the user that
// opens it. file_trust_linux.cpp.
#pragma once

#include <string>

namespace tactus::host {

// Why a daemon with rights that others do not have must not open the file: the end of a sentence,
// with a remedy. Empty if nobody but root and this process's user may write the file or
// a folder of its path, up to /, or replace one there, and if it is not there. Links count with the
// folders that they are in and the folders that they lead to. Threads: any. Blocks: asks the file
// system.
[[nodiscard]] std::string why_untrusted(const std::string& path);

} // namespace tactus::host
