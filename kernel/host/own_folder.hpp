// SPDX-License-Identifier: MIT
// Whether plugins can be looked for beside the program.
#pragma once

#include <string>

namespace tactus::host {

// Why plugin_folders() has no folder beside the program: the system does not say where the program
// is. Empty where it does.
[[nodiscard]] std::string why_no_own_folder();

} // namespace tactus::host
