/* SPDX-License-Identifier: MIT
 *
 * "tactus.udp/0", provided by the host: UDP sockets in batches, non-blocking, on the loop. Names
 * are not resolved here: an endpoint is "udp://127.0.0.1:9100" or "udp://[fe80::1%eth0]:9100" with
 * a numeric address. If that is link-local or a group, the network interface follows after a %, by
 * name or number. A socket bound to "[::]" also receives IPv4.
 */
#ifndef TACTUS_IFACE_UDP_H
#define TACTUS_IFACE_UDP_H

#include <tactus/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_UDP_0 "tactus.udp/0"

/* A sockaddr_in or sockaddr_in6 in network byte order. IPv4 is always the former, even at a socket
 * bound to "[::]", which sends to both. For a unix socket only the family (AF_UNIX), without a
 * path. size 0 = none: a connected socket's, or unknown. */
typedef struct tactus_address {
    uint8_t bytes[28];
    uint32_t size; /* bytes used */
} tactus_address;

/* tactus_datagram.flags, recv: does not ask for the sender, which is cheaper; peer.size is 0. */
#define TACTUS_UDP_WITHOUT_PEER 1u

typedef struct tactus_datagram {
    uint8_t* bytes;      /* recv: the plugin's buffer; send: the bytes to send, only read */
    uint32_t capacity;   /* recv: bytes of the buffer */
    uint32_t size;       /* bytes received or to send */
    int64_t received_ns; /* recv: host clock */
    tactus_address peer; /* recv: the sender; send: the receiver, size 0 on a connected socket */
    uint32_t truncated;  /* recv: 1 if the datagram was longer than the buffer */
    uint32_t flags;      /* recv: TACTUS_UDP_*, as the plugin set them; send: 0 */
} tactus_datagram;

/* A socket that open cannot describe. Texts are borrowed for the call; len 0 = none. */
typedef struct tactus_udp_options {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    /* Numeric endpoints: "udp://127.0.0.1:9000" or "unixgram:///run/x.sock", both of one kind. A
     * multicast address as `local` joins the group, again when its interface disappears and
     * returns; `remote` may be multicast or broadcast. */
    tactus_str local;
    tactus_str remote;
    tactus_str device; /* a network interface, by name or IPv4 address, for multicast in both
                          directions; none = by the group's zone or the system's routing */
    uint32_t hops;     /* of sent multicast; 0 = 1, the local network */
    uint32_t mode;     /* permissions of a unix socket's file; 0 = 0660 */
} tactus_udp_options;

typedef struct tactus_udp_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [any] Parses a numeric endpoint. TACTUS_E_INVALID: it is not one, or a unix path;
     * TACTUS_E_IO: its network interface does not exist (now). */
    tactus_status (*parse)(const tactus_host* host, tactus_str endpoint, tactus_address* address)
        TACTUS_NOEXCEPT;
    /* [loop] Opens a socket bound to `local` (NULL = any port) and connected to `remote` (NULL =
     * not). With neither it is an IPv4 socket on any port, for sending. The host closes open
     * sockets when the instance ends. Errors, with the reason by set_error: TACTUS_E_INVALID: an
     * address is not an IPv4 or IPv6 address; TACTUS_E_IO: the system refuses the socket or an
     * address. Without: TACTUS_E_CLOSED before start and after stopped. */
    tactus_status (*open)(const tactus_host* host, const tactus_address* local,
                          const tactus_address* remote, tactus_id* socket) TACTUS_NOEXCEPT;
    /* [loop] The address that the socket is bound to. TACTUS_E_CLOSED: no such socket; TACTUS_E_IO:
     * the system does not tell it. */
    tactus_status (*local)(const tactus_host* host, tactus_id socket, tactus_address* address)
        TACTUS_NOEXCEPT;
    /* [loop] Fills up to n datagrams; done (result: how many, >= 1). Errors: an op's;
     * TACTUS_E_CLOSED: no such socket; TACTUS_E_INVALID: another recv waits at the socket, n is 0,
     * or a buffer is NULL. */
    tactus_status (*recv)(const tactus_host* host, tactus_op* op, tactus_id socket,
                          tactus_datagram* datagrams, uint32_t n) TACTUS_NOEXCEPT;
    /* [loop] Sends now, without waiting; *sent is how many were sent, in order. TACTUS_E_AGAIN: the
     * socket is full (see writable); TACTUS_E_IO: the system refused datagram number *sent (reason
     * by set_error); the caller may continue after it. A connected peer's "port unreachable" for an
     * earlier datagram is not an error here. TACTUS_E_CLOSED: no such socket. Allowed inside `send`
     * of an output that runs on [loop]. */
    tactus_status (*send)(const tactus_host* host, tactus_id socket,
                          const tactus_datagram* datagrams, uint32_t n, uint32_t* sent)
        TACTUS_NOEXCEPT;
    /* [loop] Done when the socket accepts datagrams again. Errors: an op's; TACTUS_E_CLOSED: no
     * such socket; TACTUS_E_INVALID: another writable waits at it. */
    tactus_status (*writable)(const tactus_host* host, tactus_op* op, tactus_id socket)
        TACTUS_NOEXCEPT;
    /* [loop] Datagrams that the system dropped because the socket's buffer was full; 0 if there is
     * no such socket. */
    uint64_t (*overflows)(const tactus_host* host, tactus_id socket) TACTUS_NOEXCEPT;
    /* [loop] Pending ops end with TACTUS_E_CANCELED. TACTUS_E_CLOSED: no such socket. */
    tactus_status (*close)(const tactus_host* host, tactus_id socket) TACTUS_NOEXCEPT;
    /* [loop] Like open, for features that an address cannot express: multicast, broadcast, unix
     * datagrams. A unix socket file without a listener is replaced, and removed at close. Errors:
     * as of open; TACTUS_E_INVALID: an endpoint or the device is wrong; TACTUS_E_IO: a network
     * interface is not there. */
    tactus_status (*open_with)(const tactus_host* host, const tactus_udp_options* options,
                               tactus_id* socket) TACTUS_NOEXCEPT;
} tactus_udp_0;

#ifdef __cplusplus
}
#endif

#endif
