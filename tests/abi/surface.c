/* SPDX-License-Identifier: MIT
 * Everything that a plugin and the daemon share, reachable from one function for each direction, so
 * that the debugging information of this file describes the whole ABI. Compiled, never run: the
 * script layout_test reads the types, and sees to it that none of the headers' is missing. */
#include <tactus/tactus.h>

/* What the daemon gives. */
TACTUS_EXPORT void from_host(const tactus_host* host, const tactus_config* config,
                             const tactus_clock_0* clock, const tactus_emit_0* emit,
                             const tactus_exec_0* exec, const tactus_fd_0* fd,
                             const tactus_log_0* log, const tactus_metrics_0* metrics,
                             const tactus_ports_0* ports, const tactus_stream_0* stream,
                             const tactus_timer_0* timer, const tactus_udp_0* udp) {
    (void)host, (void)config, (void)clock, (void)emit, (void)exec, (void)fd, (void)log;
    (void)metrics, (void)ports, (void)stream, (void)timer, (void)udp;
}

/* What a plugin gives. */
TACTUS_EXPORT void from_plugin(const tactus_entry* entry, const tactus_discover_0* discover,
                               const tactus_outcome_0* outcome, const tactus_output_0* output) {
    (void)entry, (void)discover, (void)outcome, (void)output;
}
