// SPDX-License-Identifier: MIT
// Values written as TOML: the reverse of document.cpp.
#pragma once

#include "kernel/config/source/document.hpp"

#include <string>
#include <string_view>

namespace tactus::config {

// In one line. Bounds: valid UTF-8, and no date, which no setting takes.
[[nodiscard]] std::string toml_text(const node& value);

// A key, in quotes only if it needs them.
[[nodiscard]] std::string toml_key(std::string_view key);

} // namespace tactus::config
