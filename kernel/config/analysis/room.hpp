// SPDX-License-Identifier: MIT
// Finds inconsistent `pending` and `memory` limits, and limits too small for each path from an
// input to an output to have its own share. Makes no statement about what may be sent.
#pragma once

#include "kernel/config/schema/check.hpp"
#include "kernel/config/settings.hpp"

namespace tactus::config {

// Adds warnings at [limits]; `limits` holds its values. Each is about a file that works.
void warn_of_room(checker& check, const values& limits, const settings& all);

} // namespace tactus::config
