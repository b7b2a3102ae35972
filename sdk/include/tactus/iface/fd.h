/* SPDX-License-Identifier: MIT
 *
 * "tactus.fd/0", provided by the host: waits until a file descriptor is ready. Together with
 * exec.post it integrates any library that has an fd or a thread of its own.
 */
#ifndef TACTUS_IFACE_FD_H
#define TACTUS_IFACE_FD_H

#include <tactus/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_FD_0 "tactus.fd/0"

/* Events to wait for, and the result. */
#define TACTUS_FD_READABLE 0x1u
#define TACTUS_FD_WRITABLE 0x2u

typedef struct tactus_fd_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [loop] One-shot, level-triggered: done (result: TACTUS_FD_* that hold) when the fd is ready.
     * The plugin keeps the fd: cancel the op and wait for it before close. The host waits for a
     * duplicate: of a descriptor that is closed early, or is another file by then, the op ends with
     * TACTUS_E_INVALID as soon as the host sees it (in the next turn, or when the file is ready),
     * and until its end the file itself stays open.
     * Errors: an op's; TACTUS_E_INVALID: fd is negative, events is 0 or has unknown bits, or the
     * descriptor cannot be waited for: a plain file, or the process has no descriptor left (then
     * set_error has been called). */
    tactus_status (*wait)(const tactus_host* host, tactus_op* op, int32_t fd, uint32_t events)
        TACTUS_NOEXCEPT;
} tactus_fd_0;

#ifdef __cplusplus
}
#endif

#endif
