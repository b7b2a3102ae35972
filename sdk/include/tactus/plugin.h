/* SPDX-License-Identifier: MIT
 *
 * The plugin's side of the ABI, and the life cycle of an instance:
 *
 *   load       the host opens the .so, finds tactus_entry_v0, checks the ABI; no code has run yet
 *     create       one object for each [[input]] or [[output]] that names the descriptor
 *     configure    validated options; copy them; no side effects; may refuse (set_error says why)
 *     start        begin work by ops; never blocks
 *       ...        done() callbacks, send() for outputs
 *     stop         wind down; call host->stopped() later
 *     destroy      free the object
 *   The image is never unloaded. A failing instance is destroyed and recreated, with back-off.
 */
#ifndef TACTUS_PLUGIN_H
#define TACTUS_PLUGIN_H

#include <tactus/abi.h>
#include <tactus/host.h>
#include <tactus/option.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tactus_plugin {
    uint32_t struct_size;
    uint32_t flags; /* 0 */
    void* impl;     /* owned by the plugin */

    /* [loop, before start] TACTUS_OK, or negative after host->set_error. */
    tactus_status (*configure)(struct tactus_plugin* plugin, const tactus_config* config)
        TACTUS_NOEXCEPT;
    /* [loop] Once. TACTUS_OK, or negative after host->set_error: then it is not started, and
     * destroy() follows, without stop(). */
    tactus_status (*start)(struct tactus_plugin* plugin) TACTUS_NOEXCEPT;
    /* [loop] At most once, after a successful start. An instance that was cut off because a call
     * into it hung is stopped when that call returns: its ops have been canceled by then, and new
     * ones are refused with TACTUS_E_CLOSED, except for work ("tactus.exec/0"), which runs once
     * that call has returned. */
    void (*stop)(struct tactus_plugin* plugin) TACTUS_NOEXCEPT;
    /* [loop] Last call; the pointer is invalid afterwards. */
    void (*destroy)(struct tactus_plugin* plugin) TACTUS_NOEXCEPT;
    /* [any] Returns a plugin interface, e.g. "tactus.output/0", or NULL if it has none. Static. */
    /* clang-format off */
    const void* (*get_interface)(struct tactus_plugin* plugin, const char* id) TACTUS_NOEXCEPT;
    /* clang-format on */
} tactus_plugin;

/* The kinds of an instance: bits of tactus_descriptor.kinds. */
#define TACTUS_KIND_INPUT 0x1u
#define TACTUS_KIND_OUTPUT 0x2u

/* Static data; listing plugins runs no code. Text is UTF-8, NUL-terminated, never NULL. */
typedef struct tactus_descriptor {
    uint32_t struct_size;
    uint32_t kinds;   /* TACTUS_KIND_* */
    const char* id;   /* "osc_in"; third parties: "com.vendor.name" */
    const char* type; /* the value of `type` in the configuration: "osc" */
    const char* version;
    const char* vendor;
    const char* license;                    /* SPDX identifier */
    const char* doc;                        /* one sentence */
    const char* const* requires_interfaces; /* NULL-terminated; the host must have all of them */
    const tactus_option* options;
    uint32_t n_options;
    uint32_t option_size; /* sizeof(tactus_option) of the writer: the stride of `options` */
} tactus_descriptor;

/* The one symbol that a plugin exports. */
typedef struct tactus_entry {
    uint32_t struct_size;
    uint32_t abi_minor;      /* TACTUS_ABI_MINOR; before 1.0 it must equal the host's */
    const char* sdk_version; /* TACTUS_SDK_VERSION, for messages */
    uint32_t n_descriptors;
    uint32_t reserved; /* 0 */
    const tactus_descriptor* const* descriptors;
    /* [loop] Creates an instance of descriptor `id`, or returns NULL (after host->set_error). The
     * plugin may keep `host` until destroy(); it makes no other call to it here. */
    /* clang-format off */
    tactus_plugin* (*create)(const char* id, const tactus_host* host) TACTUS_NOEXCEPT;
    /* clang-format on */
} tactus_entry;

extern TACTUS_EXPORT const tactus_entry tactus_entry_v0;

#ifdef __cplusplus
}
#endif

#endif
