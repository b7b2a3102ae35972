/* SPDX-License-Identifier: MIT
 *
 * The host as one plugin instance sees it: each instance has its own object, and therefore every
 * call can be attributed. All other facilities are interfaces, requested by name (tactus/iface).
 */
#ifndef TACTUS_HOST_H
#define TACTUS_HOST_H

#include <tactus/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tactus_host {
    uint32_t struct_size;
    uint32_t abi_minor;  /* of the host, TACTUS_ABI_MINOR */
    void* impl;          /* owned by the host */
    const char* name;    /* the instance's name in the configuration; valid until destroy() */
    const char* version; /* the host's release, for messages; valid until destroy() */

    /* [any] Returns the interface with that id ("tactus.timer/0"), or NULL if this host has none.
     * The table is static: valid until destroy(). */
    /* clang-format off */
    const void* (*get_interface)(const struct tactus_host* host, const char* id) TACTUS_NOEXCEPT;
    /* clang-format on */

    /* [any] CLOCK_MONOTONIC in nanoseconds (or the test's own time): the clock of all *_ns
     * fields. */
    int64_t (*now_ns)(const struct tactus_host* host) TACTUS_NOEXCEPT;

    /* [loop] Requests that a pending op end; see the op contract, rule 4. TACTUS_E_INVALID for an
     * op that is not pending. */
    tactus_status (*cancel)(const struct tactus_host* host, tactus_op* op) TACTUS_NOEXCEPT;

    /* [any] Gives the reason for the next failing status: `key` is the option at fault ("" =
     * none), `text` a full sentence. Both are copied at once. The kernel adds the instance, the
     * file and the line. From another thread than [loop] it holds from the loop's next turn on, in
     * order with `stopped`; several before that count as the last of them. TACTUS_E_INVALID: the
     * status is no error. TACTUS_E_CLOSED, from such a thread: before start and after stopped. */
    tactus_status (*set_error)(const struct tactus_host* host, tactus_status status, tactus_str key,
                               tactus_str text) TACTUS_NOEXCEPT;

    /* [any] The final call of an instance: after stop() was called, or on its own initiative when
     * it can't continue (then with a negative status; the host restarts it with back-off); not
     * within start(), which returns its error: the daemon would end it in the next turn, and the
     * checker calls it a breach. On [loop], all ops are done and all threads of the plugin joined.
     * From another thread ("the device is gone") it takes effect in the loop's next turn: pending
     * ops end with TACTUS_E_CANCELED, and destroy() joins the threads. The host calls destroy()
     * later, never inside this call. TACTUS_E_CLOSED: start was not called, or stopped was. */
    tactus_status (*stopped)(const struct tactus_host* host, tactus_status status) TACTUS_NOEXCEPT;
} tactus_host;

#ifdef __cplusplus
}
#endif

#endif
