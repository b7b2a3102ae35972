// SPDX-License-Identifier: MIT
// Finds where `pending` and `memory` do not fit, and where there is too little of them for each way
// from an input to an output to have a part of its own. Says nothing of what may be sent.
#pragma once

#include "kernel/config/check.hpp"
#include "kernel/config/settings.hpp"

namespace tactus::config {

// Warnings at [limits]; `limits` holds its values. Each is about a file that works.
void warn_of_room(checker& check, const values& limits, const settings& all);

} // namespace tactus::config
