/* SPDX-License-Identifier: MIT
 *
 * The host, as one plugin instance sees it: an object of its own for each instance, so that every
 * call can be attributed. Facilities beyond these few are interfaces, asked for by name
 * (tactus/iface).
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
    void* impl;          /* the host's */
    const char* name;    /* the instance's name in the configuration; valid until destroy() */
    const char* version; /* the host's release, for messages; valid until destroy() */

    /* [any] The interface of that id ("tactus.timer/0"), or NULL where this host has none. The
     * table is static: valid until destroy(). */
    /* clang-format off */
    const void* (*get_interface)(const struct tactus_host* host, const char* id) TACTUS_NOEXCEPT;
    /* clang-format on */

    /* [any] CLOCK_MONOTONIC in nanoseconds (or the test's own time): the clock of all *_ns fields.
     */
    int64_t (*now_ns)(const struct tactus_host* host) TACTUS_NOEXCEPT;

    /* [loop] Asks for the end of a pending op; see the op contract, rule 4. TACTUS_E_INVALID for an
     * op that is not pending. */
    tactus_status (*cancel)(const struct tactus_host* host, tactus_op* op) TACTUS_NOEXCEPT;

    /* [loop] Says why the next failing status is returned: `key` is the option at fault ("" =
     * none), `text` a full sentence. Copied at once. The kernel adds the instance, the file and the
     * line. */
    void (*set_error)(const struct tactus_host* host, tactus_status status, tactus_str key,
                      tactus_str text) TACTUS_NOEXCEPT;

    /* [loop] The last word of an instance: after stop() was called, or of its own accord when it
     * can't go on (then with a negative status; the host restarts it with back-off). All ops are
     * done, all threads of the plugin joined. The host calls destroy() later, never inside this
     * call. */
    void (*stopped)(const struct tactus_host* host, tactus_status status) TACTUS_NOEXCEPT;
} tactus_host;

#ifdef __cplusplus
}
#endif

#endif
