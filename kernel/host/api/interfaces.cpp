// SPDX-License-Identifier: MIT
#include "kernel/host/api/interfaces.hpp"

#include "kernel/host/instance_resources.hpp"

#include <cstring>

namespace tactus::host {

// The times that limits.h promises; the code takes the counts from there.
static_assert(call_watch::limit_ns <= TACTUS_WORK_NAMED_AFTER_NS);
static_assert(blocked_calls::limit_ns == TACTUS_CALL_SLOW_NS);

const void* find_interface(const char* id) noexcept {
    struct named {
        const char* id;
        const void* table;
    };
    static constexpr named all[] = {
        {TACTUS_TIMER_0, &timer_table},     {TACTUS_FD_0, &fd_table},
        {TACTUS_EXEC_0, &exec_table},       {TACTUS_UDP_0, &udp_table},
        {TACTUS_EMIT_0, &emit_table},       {TACTUS_PORTS_0, &ports_table},
        {TACTUS_CLOCK_0, &clock_table},     {TACTUS_LOG_0, &log_table},
        {TACTUS_METRICS_0, &metrics_table}, {TACTUS_STREAM_0, &stream_table},
    };
    for (const named& each : all) {
        if (id != nullptr && std::strcmp(each.id, id) == 0) {
            return each.table;
        }
    }
    return nullptr;
}

} // namespace tactus::host
