// SPDX-License-Identifier: MIT
// The C tables of fake_host: each function finds its fake_host in host->impl.
#pragma once

#include <tactus/tactus.h>

namespace tactus::testing {

struct fake_tables {
    static tactus_host host();
    static const void* find(const tactus_host* host, const char* id) noexcept;

private:
    static const tactus_clock_0& clock();
    static const tactus_emit_0& emit();
    static const tactus_exec_0& exec();
    static const tactus_fd_0& fd();
    static const tactus_log_0& log();
    static const tactus_metrics_0& metrics();
    static const tactus_ports_0& ports();
    static const tactus_timer_0& timer();
    static const tactus_udp_0& udp();
};

} // namespace tactus::testing
