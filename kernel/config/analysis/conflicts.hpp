// SPDX-License-Identifier: MIT
// Finds resources that two parts of one file cannot both use: an endpoint to listen on, standard
// input. Does not check for other programs that use them.
#pragma once

#include "kernel/config/schema/check.hpp"
#include "kernel/config/settings.hpp"

namespace tactus::config {

// Reports an error at each input that wants an endpoint that an earlier one, or [metrics], uses. An
// input listens on its listening_options(), and reads standard input if it has "stdin". Inputs that
// are not needed are not opened; therefore they are skipped, as are invalid ones.
void complain_of_conflicts(checker& check, const settings& all);

} // namespace tactus::config
