// SPDX-License-Identifier: MIT
// From where an input accepts what may become SysEx, which can rewrite an instrument's memory: the
// text for `tactus check`. If the file does not set `sysex`, and the plugin has no default, an
// address accepts SysEx only if the network cannot reach it.
#pragma once

#include "kernel/config/settings.hpp"

#include <string>
#include <vector>

namespace tactus::config {

// One sentence for each input with the option, in the order of the file, without a full stop.
[[nodiscard]] std::vector<std::string> sysex_reach(const settings& all);

} // namespace tactus::config
