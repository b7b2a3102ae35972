/* SPDX-License-Identifier: MIT
 *
 * "tactus.ports/0", provided by the host: the endpoints of an instance as they appear and
 * disappear. A port has a stable key (a device name, a peer) by which configurations and events
 * refer to it, and a number at run time.
 */
#ifndef TACTUS_IFACE_PORTS_H
#define TACTUS_IFACE_PORTS_H

#include <tactus/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_PORTS_0 "tactus.ports/0"

/* Connected: events can be sent; without it the port is known but offline. */
#define TACTUS_PORT_UP 0x1u
/* Outputs: takes only events that ask for it by name: it is never the port of other events, and it
 * alone does not make the output up. */
#define TACTUS_PORT_BY_NAME 0x2u
/* Outputs: stands for several of the other ports ("all"), and is not counted in addition to
 * them. */
#define TACTUS_PORT_GROUP 0x4u
/* In an update: a connection attempt has failed, which is counted. */
#define TACTUS_PORT_FAILED 0x8u

typedef struct tactus_port_info {
    uint32_t struct_size;
    uint32_t flags;  /* TACTUS_PORT_* */
    tactus_str key;  /* stable over restarts and re-plugging; 1 to 255 bytes of any value */
    tactus_str name; /* for display; may change */
} tactus_port_info;

typedef struct tactus_ports_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [loop] Adds a port to this instance; *port >= 1. TACTUS_E_NOMEM: there are TACTUS_PORTS_MAX
     * already. TACTUS_E_INVALID: the key is taken, or not of 1 to 255 bytes. TACTUS_E_CLOSED before
     * start and after stopped. An output is up while any of its ports is; while it is not, its
     * events wait for due and are then dropped as output_down. */
    tactus_status (*add)(const tactus_host* host, const tactus_port_info* info, uint32_t* port)
        TACTUS_NOEXCEPT;
    /* [loop] Changes the name or flags; the key stays. TACTUS_E_INVALID: the key is not of 1 to 255
     * bytes. TACTUS_E_CLOSED: there is no such port, or the instance has called stopped. */
    tactus_status (*update)(const tactus_host* host, uint32_t port, const tactus_port_info* info)
        TACTUS_NOEXCEPT;
    /* [loop] Removes the port permanently. TACTUS_E_CLOSED: as of update. */
    tactus_status (*remove)(const tactus_host* host, uint32_t port) TACTUS_NOEXCEPT;
    /* [any] The port accepts events again after `send` returned TACTUS_E_AGAIN. */
    void (*writable)(const tactus_host* host, uint32_t port) TACTUS_NOEXCEPT;
    /* [loop] Inputs: a handle for the destination port called `name`, or the output of that name in
     * the configuration, for tactus_event.port. All outputs that the input's routes reach are
     * searched together: exact names first (outputs', then ports', then the ports' parts after a
     * colon), the same ignoring case, then parts of names. If several match equally well, the event
     * is sent nowhere and is unrouted as "ambiguous_port". Names are interned: the handle stays
     * valid for the daemon's life, also while no such port exists. TACTUS_E_INVALID: not of 1 to
     * 255 bytes. TACTUS_E_NOMEM: the instance has asked for TACTUS_NAMES_MAX previously unknown
     * names, and no port of exactly this name exists; or there are 65536 names in all. */
    tactus_status (*resolve)(const tactus_host* host, tactus_str name, uint32_t* handle)
        TACTUS_NOEXCEPT;
} tactus_ports_0;

#ifdef __cplusplus
}
#endif

#endif
