// SPDX-License-Identifier: MIT
// Finds what two parts of one file can not both have: an endpoint to listen on, standard input.
// Whether another program has it is not known here.
#pragma once

#include "kernel/config/check.hpp"
#include "kernel/config/settings.hpp"

namespace tactus::config {

// An error at each input that wants what an earlier one, or [metrics], has. Where an input listens
// is its option "listen", if these are endpoints; that it reads standard input its "stdin". Inputs
// that are not needed are not opened: they are left out, and those that are not in order.
void complain_of_conflicts(checker& check, const settings& all);

} // namespace tactus::config
