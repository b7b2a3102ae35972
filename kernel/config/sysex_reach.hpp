// SPDX-License-Identifier: MIT
// From where an input takes what may become SysEx, which can rewrite an instrument's memory: what
// `tactus check` says of it. Where the file does not say `sysex`, and the plugin has no default,
// what only this machine can send is taken, and what the network can send is not.
#pragma once

#include "kernel/config/settings.hpp"

#include <string>
#include <vector>

namespace tactus::config {

// A sentence for each input that has the option, in the order of the file, without a full stop.
[[nodiscard]] std::vector<std::string> sysex_reach(const settings& all);

} // namespace tactus::config
