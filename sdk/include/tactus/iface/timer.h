/* SPDX-License-Identifier: MIT
 *
 * "tactus.timer/0", provided by the host: waits until a moment, as precisely as the kernel
 * dispatches.
 */
#ifndef TACTUS_IFACE_TIMER_H
#define TACTUS_IFACE_TIMER_H

#include <tactus/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_TIMER_0 "tactus.timer/0"

typedef struct tactus_timer_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [loop] Done (result: the time now, ns) at or after due_ns on the host clock, never before. If
     * due_ns has passed, it is done in the next turn. Errors: an op's. */
    tactus_status (*wait_until)(const tactus_host* host, tactus_op* op, int64_t due_ns)
        TACTUS_NOEXCEPT;
} tactus_timer_0;

#ifdef __cplusplus
}
#endif

#endif
