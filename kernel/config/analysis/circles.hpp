// SPDX-License-Identifier: MIT
// Finds configurations in which an event would return to its origin and circle forever, as fast as
// the machine can: an output sends to where an input listens, and routes that change nothing lead
// from there to it again. Covers this daemon only; resolves no name except localhost.
#pragma once

#include "kernel/config/schema/check.hpp"
#include "kernel/config/settings.hpp"

namespace tactus::config {

// Reports an error for each output whose events come back to it. An output sends to its option
// "to", an input listens on its "listen", if these are endpoints. Routes with `as` or `dedupe` end
// a circle, or may end it; therefore they are skipped. Only literal addresses are distinguished.
void complain_of_circles(checker& check, const settings& all);

} // namespace tactus::config
