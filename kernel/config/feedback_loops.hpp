// SPDX-License-Identifier: MIT
// Finds configurations in which an event would come back to where it came from and go round for
// ever, as fast as the machine can: an output sends to where an input listens, and routes that
// change nothing lead from there to it again. Sees this daemon only; looks no name up but
// localhost.
#pragma once

#include "kernel/config/check.hpp"
#include "kernel/config/settings.hpp"

namespace tactus::config {

// An error for each output from which an event comes back to it. Where an output sends to is its
// option "to", where an input listens its "listen", if these are endpoints. Routes with `as` or
// `dedupe` end a circle, or may: they are left out. Of addresses only literal ones are told apart.
void complain_of_feedback_loops(checker& check, const settings& all);

} // namespace tactus::config
