// SPDX-License-Identifier: MIT
// The SHA-256 of a file, by which two files are known to be the same, or not. Source: FIPS 180-4.
#pragma once

#include <string>

namespace tactus::host {

// In hexadecimal, 64 characters; empty if the file cannot be read. Blocks: reads the file.
[[nodiscard]] std::string sha256_of_file(const std::string& path);

} // namespace tactus::host
