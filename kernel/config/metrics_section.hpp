// SPDX-License-Identifier: MIT
// [metrics]: opens nothing to the network unless the file requests it, listens on an address and
// not on a name, and allows no host that a request cannot contain. Part of load.cpp, called only by
// it.
#pragma once

#include "kernel/config/schema/check.hpp"
#include "kernel/config/settings.hpp"

namespace tactus::config {

void read_metrics(checker& check, const values& written, metrics_settings& into);

} // namespace tactus::config
