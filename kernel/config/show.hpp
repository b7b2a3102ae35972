// SPDX-License-Identifier: MIT
// A configuration after the merge, with its defaults, as TOML: each value has its origin in a
// comment, and secrets are "***". For `tactus check --show`.
#pragma once

#include "kernel/config/load.hpp"

#include <span>
#include <string>

namespace tactus::config {

// `merged`: the tree that load() gave, of a configuration without errors.
[[nodiscard]] std::string show(const node& merged, std::span<const source_text> sources,
                               const plugin_types& types);

} // namespace tactus::config
