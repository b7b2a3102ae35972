// SPDX-License-Identifier: MIT
// The lists of the status page: what is away, the routes, what was lost, inputs and outputs, and
// the frame of the tap. Lists, not tables: they are read on a phone. Pure. Threads: any.
#pragma once

#include "kernel/metrics/page/view.hpp"

#include <string>

namespace tactus::metrics::page {

void append_outages(std::string& out, const view& of);
void append_routes(std::string& out, const view& of);
void append_losses(std::string& out, const view& of);
void append_ends(std::string& out, const view& of);
void append_tap(std::string& out, const view& of);

} // namespace tactus::metrics::page
