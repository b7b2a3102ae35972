// SPDX-License-Identifier: MIT
// Whether plugins can be searched for next to the program.
#pragma once

#include <string>

namespace tactus::host {

// Why plugin_folders() has no folder next to the program: the system does not report where the
// program is. Empty if it does.
[[nodiscard]] std::string why_no_own_folder();

} // namespace tactus::host
