// SPDX-License-Identifier: MIT
// The dynamic symbols that a shared library defines for others.
#pragma once

#include <string>
#include <vector>

namespace tactus::checker {

/// Their names, sorted, without those of protected visibility; empty where the file is not ELF.
/// Reads the section headers, which `strip` leaves.
std::vector<std::string> exported_symbols(const std::string& path);

} // namespace tactus::checker
