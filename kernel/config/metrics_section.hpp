// SPDX-License-Identifier: MIT
// [metrics]: nothing is opened to the network unless the file says so, it listens on an address and
// not on a name, and no host is allowed that no request can name. A part of load.cpp, called by it
// alone.
#pragma once

#include "kernel/config/check.hpp"
#include "kernel/config/settings.hpp"

namespace tactus::config {

void read_metrics(checker& check, const values& written, metrics_settings& into);

} // namespace tactus::config
