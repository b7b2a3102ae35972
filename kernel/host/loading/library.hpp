// SPDX-License-Identifier: MIT
// One plugin file: opened, its entry found, its ABI checked before any call into it. Never closed:
// an instance that is in quarantine may still run its code, and unloading gains nothing.
#pragma once

#include "kernel/base/result.hpp"

#include <tactus/plugin.h>

#include <string>
#include <string_view>

namespace tactus::host {

struct library {
    std::string path;
    const tactus_entry* entry = nullptr;
};

// Errors: not_found (the file), unsupported (no tactus_entry_v0, another ABI, a malformed entry);
// the text names the cause and the remedy. Blocks: reads the file.
[[nodiscard]] result<library> open_library(const std::string& path);

// Why no plugin can be read there: nothing has that name, or it is no file ("it is a directory").
// Empty if it is a file.
[[nodiscard]] std::string missing_file(const std::string& path);

// Only the entry; for open_library and tests. Empty if it is valid, else what is wrong with it.
[[nodiscard]] std::string check_entry(const tactus_entry& entry);

// The interfaces that a descriptor requires and this host lacks, comma-separated; empty if there
// are none.
[[nodiscard]] std::string missing_interfaces(const tactus_descriptor& descriptor);

} // namespace tactus::host
