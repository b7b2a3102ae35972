/* SPDX-License-Identifier: MIT
 *
 * "tactus.discover/0", provided by the plugin: lists the ports of this machine, for `tactus ports`.
 * Requested by id with tactus_plugin.get_interface on an instance that is created but neither
 * configured nor started.
 */
#ifndef TACTUS_IFACE_DISCOVER_H
#define TACTUS_IFACE_DISCOVER_H

#include <tactus/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_DISCOVER_0 "tactus.discover/0"

typedef struct tactus_discover_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [work] May block for a second. Calls `visit` for each port: the system it belongs to ("JACK",
     * "ALSA", "OSC"), its full name, and as `note` the TOML value of the option `port` that
     * identifies the port permanently, across replugging and reboots ("{ usb_serial = \"A1B2\" }");
     * empty if only its name is known. A missing system is visited once with an empty name and the
     * reason as `note`; a system that is present but has no port, with both empty. TACTUS_OK, or
     * negative if nothing could be listed, if possible after host->set_error. */
    tactus_status (*list)(tactus_plugin* plugin,
                          void (*visit)(void* arg, tactus_str system, tactus_str name,
                                        tactus_str note) TACTUS_NOEXCEPT,
                          void* arg) TACTUS_NOEXCEPT;
} tactus_discover_0;

#ifdef __cplusplus
}
#endif

#endif
