// SPDX-License-Identifier: MIT
// The interfaces that this host gives to plugins, by id. Each table is static and is in a file of
// its own, next to the code that it exposes.
#pragma once

#include <tactus/tactus.h>

namespace tactus::host {

extern const tactus_timer_0 timer_table;
extern const tactus_fd_0 fd_table;
extern const tactus_exec_0 exec_table;
extern const tactus_udp_0 udp_table;
extern const tactus_stream_0 stream_table;
extern const tactus_emit_0 emit_table;
extern const tactus_ports_0 ports_table;
extern const tactus_clock_0 clock_table;
extern const tactus_log_0 log_table;
extern const tactus_metrics_0 metrics_table;

// Returns nullptr if this host has no interface of that id. Threads: any.
[[nodiscard]] const void* find_interface(const char* id) noexcept;

} // namespace tactus::host
