/* SPDX-License-Identifier: MIT
 *
 * "tactus.stream/0", provided by the host: byte streams over TCP and unix sockets, listening and
 * connecting, on the loop. Nothing here blocks: names are looked up on a thread of the kernel.
 *
 *   endpoint := "tcp://" host ":" port | "unix://" absolute-path
 *   host     := IPv4 | "[" IPv6 ["%" zone] "]" | name (connect and resolve only)
 *   zone     := a network interface, by its name or number                  port := 0..65535
 *
 * The kernel enforces three limits that the user sets for each instance whose descriptor requires
 * this interface: `connections_max` (further ones are accepted and closed at once), `buffer_max`
 * (the bytes that wait to be written to one connection) and `idle_timeout` (a connection is ended
 * if no byte moves in either direction). It counts the connections and the refusals. TCP
 * connections use TCP_NODELAY, and one whose peer acknowledges nothing for a minute is considered
 * gone, whether or not something was sent to it. A deadline is on the host's clock, 0 = none.
 */
#ifndef TACTUS_IFACE_STREAM_H
#define TACTUS_IFACE_STREAM_H

#include <tactus/host.h>
#include <tactus/iface/udp.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_STREAM_0 "tactus.stream/0"

/* The result of a resolve or connect that ended with TACTUS_E_IO is the system's error number
 * (ENODEV: the zone's interface does not exist), or, if a name has no address, this plus the
 * absolute value of getaddrinfo's result. */
#define TACTUS_STREAM_NAME_ERROR 0x10000u

/* An endpoint as text, NUL-terminated: "tcp://127.0.0.1:9000", "tcp://[fe80::1%eth0]:9000",
 * "unix:///run/x.sock"; "unix://" for an end of a unix stream that has no path. */
typedef struct tactus_endpoint_text {
    char text[128];
} tactus_endpoint_text;

/* The peer of a stream. */
typedef struct tactus_stream_peer {
    uint32_t struct_size; /* set by the caller: the size that the host may fill in */
    uint32_t uid;         /* unix: the user, according to the system; 0xffffffff if unknown */
    tactus_address address; /* size 0 if unknown: then do not trust the peer */
    tactus_endpoint_text endpoint;
} tactus_stream_peer;

typedef struct tactus_listen {
    uint32_t struct_size;
    uint32_t mode;       /* unix: the file's permissions, 0 = 0660; TCP: 0 */
    tactus_str endpoint; /* borrowed for the call; a numeric address, or a path */
} tactus_listen;

/* Bytes owned by the caller, for send. */
typedef struct tactus_chunk {
    const uint8_t* bytes;
    uint32_t size;
    uint32_t reserved; /* 0 */
} tactus_chunk;

typedef struct tactus_stream_0 {
    uint32_t struct_size;
    uint32_t reserved;

    /* [loop] Looks up the addresses of an endpoint, as numeric endpoints, best first; done (result:
     * how many of the n were filled in, >= 1). Also for "udp://". A numeric or unix endpoint
     * returns TACTUS_OK at once, with itself in found[0]. `endpoint` is copied. Errors: an op's;
     * TACTUS_E_INVALID: not an endpoint, or n is 0. Done with TACTUS_E_IO: the name has no address
     * now, or its network interface is not there; with TACTUS_E_TIMEOUT. */
    tactus_status (*resolve)(const tactus_host* host, tactus_op* op, tactus_str endpoint,
                             tactus_endpoint_text* found, uint32_t n, int64_t deadline_ns)
        TACTUS_NOEXCEPT;

    /* [loop] Listens; on "[::]" for IPv4 too. A unix socket file without a listener is replaced;
     * the file is removed at close. Open listeners are closed when the instance ends. Errors,
     * with the reason by set_error: TACTUS_E_INVALID: neither a numeric address nor a path;
     * TACTUS_E_IO: the system refuses it, or its network interface is not there. Without:
     * TACTUS_E_CLOSED before start and after stopped. */
    tactus_status (*listen)(const tactus_host* host, const tactus_listen* wanted,
                            tactus_id* listener) TACTUS_NOEXCEPT;
    /* [loop] Done (result: the stream, as a tactus_id) when a peer has connected. Running out of
     * file descriptors is no failure: the kernel sheds new connections and continues. Errors: an
     * op's; TACTUS_E_CLOSED: no such listener; TACTUS_E_INVALID: another accept waits at it. */
    tactus_status (*accept)(const tactus_host* host, tactus_op* op, tactus_id listener)
        TACTUS_NOEXCEPT;
    /* [loop] Done (result: the stream) when connected: names are looked up, their addresses tried
     * in turn. `endpoint` is copied. Errors: an op's; TACTUS_E_NOMEM: at connections_max;
     * TACTUS_E_INVALID: not an endpoint of a stream. Done with TACTUS_E_IO (see
     * TACTUS_STREAM_NAME_ERROR) or TACTUS_E_TIMEOUT. */
    tactus_status (*connect)(const tactus_host* host, tactus_op* op, tactus_str endpoint,
                             int64_t deadline_ns) TACTUS_NOEXCEPT;
    /* [loop] A read-only stream on a descriptor that the plugin owns: a pipe, a file, standard
     * input. The host never closes it and never changes its flags. Only read, cancel and close
     * work. It counts towards no limit. TACTUS_E_INVALID: fd is negative; TACTUS_E_CLOSED before
     * start and after stopped. */
    tactus_status (*adopt)(const tactus_host* host, int32_t fd, tactus_id* stream) TACTUS_NOEXCEPT;

    /* [loop] Done (result: bytes read; 0 = the peer will send no more) when any bytes have arrived.
     * TACTUS_E_CLOSED: the connection is gone (reset by the peer, ended by a limit);
     * TACTUS_E_TIMEOUT: nothing was read, the stream is unchanged. Not reading stops the peer: that
     * is the back-pressure. Errors: an op's; TACTUS_E_CLOSED also if there is no such stream;
     * TACTUS_E_INVALID: another read waits at it, or the buffer is empty. */
    tactus_status (*read)(const tactus_host* host, tactus_op* op, tactus_id stream, uint8_t* bytes,
                          uint32_t capacity, int64_t deadline_ns) TACTUS_NOEXCEPT;

    /* [loop] Writes all bytes, after those written before; nothing is copied. TACTUS_OK: the system
     * took all at once. Otherwise done when it has. TACTUS_E_CLOSED: the connection is gone. After
     * TACTUS_E_TIMEOUT or a cancel, a part may have been sent: the stream can only be closed, and
     * returns TACTUS_E_CLOSED. No send meanwhile. Errors: an op's; TACTUS_E_CLOSED also if there is
     * no such stream; TACTUS_E_INVALID: a write or shutdown waits, or it was shut down;
     * TACTUS_E_UNSUPPORTED: an adopted descriptor. */
    tactus_status (*write)(const tactus_host* host, tactus_op* op, tactus_id stream,
                           const uint8_t* bytes, uint32_t size, int64_t deadline_ns)
        TACTUS_NOEXCEPT;
    /* [loop] Writes without waiting: takes chunks from the front, each as a whole, while they fit
     * into the system's and the connection's buffer; bytes that the system does not take are
     * copied. *sent: the number of chunks. TACTUS_E_AGAIN: no room for chunk number *sent: wait for
     * writable, drop it, or refuse a peer that does not read. TACTUS_E_INVALID: a chunk above
     * buffer_max, a pending write or shutdown, or one after shutdown. TACTUS_E_CLOSED: the
     * connection is gone, or there is no such stream. TACTUS_E_UNSUPPORTED: an adopted descriptor.
     * Allowed inside `send` of an output that runs on [loop]. */
    tactus_status (*send)(const tactus_host* host, tactus_id stream, const tactus_chunk* chunks,
                          uint32_t n, uint32_t* sent) TACTUS_NOEXCEPT;
    /* [loop] Done when at least half of the buffer is free, TACTUS_OK if it is already.
     * TACTUS_E_CLOSED: the connection is gone, or there is no such stream; TACTUS_E_TIMEOUT.
     * Errors: an op's; TACTUS_E_INVALID: another writable waits at it. */
    tactus_status (*writable)(const tactus_host* host, tactus_op* op, tactus_id stream,
                              int64_t deadline_ns) TACTUS_NOEXCEPT;
    /* [loop] Half-close: done when the system has taken all sent bytes and the end of data has
     * been signaled to the peer; TACTUS_OK if that is so already. Reading continues.
     * TACTUS_E_CLOSED: the connection is gone, or there is no such stream; TACTUS_E_TIMEOUT.
     * Errors: an op's; TACTUS_E_INVALID: a write or shutdown waits at it; TACTUS_E_UNSUPPORTED:
     * an adopted descriptor. */
    tactus_status (*shutdown)(const tactus_host* host, tactus_op* op, tactus_id stream,
                              int64_t deadline_ns) TACTUS_NOEXCEPT;

    /* [loop] Where a listener or stream is bound; the port is the real one if 0 was requested.
     * TACTUS_E_CLOSED: there is none, or its connection is gone. */
    tactus_status (*local)(const tactus_host* host, tactus_id listener_or_stream,
                           tactus_endpoint_text* endpoint) TACTUS_NOEXCEPT;
    /* [loop] Also works when the connection is gone. TACTUS_E_CLOSED: no such stream. */
    tactus_status (*peer)(const tactus_host* host, tactus_id stream, tactus_stream_peer* peer)
        TACTUS_NOEXCEPT;

    /* [loop] Closes a connection and counts it as refused: "address", "host", "origin", "token",
     * "protocol", "too_large", "slow"; any other reason counts as "protocol". TACTUS_E_CLOSED: no
     * such stream. */
    tactus_status (*refuse)(const tactus_host* host, tactus_id stream, const char* reason)
        TACTUS_NOEXCEPT;
    /* [loop] Closes a listener or a stream; pending ops end with TACTUS_E_CANCELED. Bytes that the
     * system has not yet taken are lost: shutdown first if that matters. TACTUS_E_CLOSED: there is
     * no such listener or stream. */
    tactus_status (*close)(const tactus_host* host, tactus_id listener_or_stream) TACTUS_NOEXCEPT;

    /* [loop] Done when the peer of a connection sends no more or is gone, even if bytes from it are
     * still unread: for plugins that do not read. Errors: an op's; TACTUS_E_CLOSED: the connection
     * is gone, or there is no such stream; TACTUS_E_INVALID: another ended waits at it;
     * TACTUS_E_UNSUPPORTED: an adopted descriptor. */
    tactus_status (*ended)(const tactus_host* host, tactus_op* op, tactus_id stream)
        TACTUS_NOEXCEPT;
} tactus_stream_0;

#ifdef __cplusplus
}
#endif

#endif
