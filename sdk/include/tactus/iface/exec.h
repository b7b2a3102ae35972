/* SPDX-License-Identifier: MIT
 *
 * "tactus.exec/0", provided by the host: runs functions from any thread on the loop, and from the
 * loop on a thread that may block.
 */
#ifndef TACTUS_IFACE_EXEC_H
#define TACTUS_IFACE_EXEC_H

#include <tactus/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_EXEC_0 "tactus.exec/0"

typedef struct tactus_exec_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [any] Runs fn(arg) on [loop], soon, in order of posting. Errors, after which fn will not run
     * and arg stays the caller's: TACTUS_E_CLOSED before start and once the instance has called
     * stopped; TACTUS_E_AGAIN: TACTUS_POSTS_MAX are waiting. */
    tactus_status (*post)(const tactus_host* host, void (*fn)(void* arg) TACTUS_NOEXCEPT, void* arg)
        TACTUS_NOEXCEPT;
    /* [loop] Runs fn(arg) on the instance's worker thread [work], where it may block; done when fn
     * has returned. In order, one at a time, never concurrently with `send` of an output that runs
     * there. Cancelling has no effect: the op is done when fn has returned. While the instance
     * runs, it may take as long as it needs; the log names it after TACTUS_WORK_NAMED_AFTER_NS.
     * While an output has events in progress, however, it has `stall_limit` as `send` has, then the
     * instance is cut off and restarted. Errors: an op's; TACTUS_E_NOMEM: the system gives no
     * thread (set_error has been called). */
    tactus_status (*work)(const tactus_host* host, tactus_op* op,
                          void (*fn)(void* arg) TACTUS_NOEXCEPT, void* arg) TACTUS_NOEXCEPT;
} tactus_exec_0;

#ifdef __cplusplus
}
#endif

#endif
