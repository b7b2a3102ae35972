/* SPDX-License-Identifier: MIT
 *
 * "tactus.emit/0", provided by the host: an input passes its events to the kernel.
 */
#ifndef TACTUS_IFACE_EMIT_H
#define TACTUS_IFACE_EMIT_H

#include <tactus/event.h>
#include <tactus/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_EMIT_0 "tactus.emit/0"

typedef struct tactus_emit_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [any] Copies before it returns. *accepted: how many events of the batch were taken, from the
     * front; events that the kernel refuses (malformed, too far ahead, no room and
     * TACTUS_BATCH_DROPPABLE) are taken and counted as rejected. TACTUS_E_AGAIN: there is no room
     * for the rest; wait_writable and offer it again. TACTUS_E_INVALID: the batch is wrong, a tag
     * or group is above TACTUS_TAG_MAX, or the instance is an output; TACTUS_E_CLOSED before start
     * and after stopped. Then nothing is taken.
     *
     * From another thread than [loop], events reach the loop through a buffer of 256 KiB, in the
     * order of the calls. Each batch may wake the loop, except with TACTUS_BATCH_MORE. The events
     * in the buffer wait for room as an input's own events do; while it is full, TACTUS_E_AGAIN:
     * offer the rest again a millisecond later. With TACTUS_BATCH_DROPPABLE, an event that finds no
     * room in the buffer is rejected as "overrun" instead. Calls of several threads follow one
     * another; none waits for the loop. */
    tactus_status (*emit)(const tactus_host* host, const tactus_batch* batch, uint32_t* accepted)
        TACTUS_NOEXCEPT;
    /* [loop] Done when there is room for the event that last caused TACTUS_E_AGAIN. Errors: an
     * op's; TACTUS_E_INVALID: the instance is an output. */
    tactus_status (*wait_writable)(const tactus_host* host, tactus_op* op) TACTUS_NOEXCEPT;
    /* [loop] Takes back the events that this instance emitted under `tag` (or `group`, if an event
     * has one) and that are not yet sent; note-offs stay, and so do events that were due when they
     * came, unless their output had no room for them. *canceled: the number of deliveries.
     * TACTUS_E_INVALID: the tag is 0 or above TACTUS_TAG_MAX, or the instance is an output. */
    tactus_status (*cancel)(const tactus_host* host, uint32_t tag, uint64_t* canceled)
        TACTUS_NOEXCEPT;
    /* [any] Counts n messages that the transport lost or the plugin refused before they became
     * events, as received and rejected under `reason`: "malformed", "too_large", "address" (its
     * sender is not allowed), "rate", "overrun" (the system or the plugin had no room for them),
     * "sysex_denied" (a SysEx that the input takes from nobody). An n above 2^53 counts as 2^53.
     * TACTUS_E_INVALID: another reason, or the instance is an output; TACTUS_E_CLOSED before start
     * and after stopped. Then nothing is counted. */
    tactus_status (*reject)(const tactus_host* host, uint64_t n, const char* reason)
        TACTUS_NOEXCEPT;
    /* [loop] The sender of the events under `tag` (or `group`, if an event has one) has gone: a
     * connection was closed, a device unplugged. Takes back the events that it has scheduled, as
     * `cancel` does, and ends the notes and pedals that it began and that nobody has ended, at
     * every output, however routes have changed them; those that another sender holds too go on.
     * Events of the instance's foreign threads that are on their way count as emitted before. Call
     * it once the sender emits nothing more. *canceled and errors: as `cancel`. */
    tactus_status (*end_sender)(const tactus_host* host, uint32_t tag, uint64_t* canceled)
        TACTUS_NOEXCEPT;
    /* [loop] Silences every output at once, as the message to [safety] panic_address does, because
     * a sender has asked for it. TACTUS_E_INVALID: the instance is an output. */
    tactus_status (*panic)(const tactus_host* host) TACTUS_NOEXCEPT;
    /* [loop] Chooses the effect of the instance's end as a whole: it is removed, fails, or is
     * started anew. ends != 0: the events that it has scheduled are taken back, and the notes and
     * pedals that it began are ended, as if each of its senders had gone (end_sender); this
     * includes events without a tag. 0, the initial value: nothing happens. The end of the daemon
     * does not count. TACTUS_E_INVALID: the instance is an output. */
    tactus_status (*end_with_instance)(const tactus_host* host, uint32_t ends) TACTUS_NOEXCEPT;
} tactus_emit_0;

#ifdef __cplusplus
}
#endif

#endif
