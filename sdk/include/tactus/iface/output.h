/* SPDX-License-Identifier: MIT
 *
 * "tactus.output/0", of the plugin: takes events when they are due.
 */
#ifndef TACTUS_IFACE_OUTPUT_H
#define TACTUS_IFACE_OUTPUT_H

#include <tactus/event.h>
#include <tactus/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_OUTPUT_0 "tactus.output/0"

/* `send` may block: it gets the instance's worker thread, which waits for due by itself. Without
 * this flag `send` is called on [loop] and must return within microseconds. */
#define TACTUS_OUT_MAY_BLOCK 0x1u
/* `send` takes a SysEx that is longer than TACTUS_SYSEX_SIZE_MAX, in parts
 * (TACTUS_EVENT_SYSEX_PART). From the first part to the last no other message may leave between
 * them but real-time ones (F8 to FF); nor may these others be answered TACTUS_E_AGAIN, since the
 * parts that follow wait behind them: the output keeps them, within a bound, or gives the SysEx up.
 * Where a part fails the kernel sends no more of that SysEx but a last part of F7 alone, which may
 * also come where the output has given it up by itself. Without this flag such a SysEx is refused
 * as too_large. */
#define TACTUS_OUT_SYSEX_PARTS 0x2u

typedef struct tactus_output_0 {
    uint32_t struct_size;
    uint32_t flags;     /* TACTUS_OUT_* */
    uint32_t protocols; /* bit n set: takes protocol n, e.g. 1u << TACTUS_PROTO_MIDI */
    uint32_t reserved;
    /* [loop, after configure] How long before due the events are wanted, in ns: 0 = at due. For
     * receivers that schedule by themselves; the events then arrive early, with their due time. May
     * be NULL. */
    int64_t (*ahead_ns)(tactus_plugin* plugin) TACTUS_NOEXCEPT;
    /* [out] Events that are due, in order of due, then of arrival; views valid during the call.
     * *accepted: how many were dealt with, from the front. TACTUS_OK: all of them. TACTUS_E_AGAIN:
     * no room for the rest; the kernel keeps them until ports.writable. An output that may block is
     * still offered MIDI's real-time messages (F8 to FF) meanwhile: they may pass what waits, and
     * it may answer TACTUS_E_AGAIN to them too. Another negative status:
     * event number *accepted failed and is dropped as output_error (TACTUS_E_CLOSED: output_down);
     * the kernel goes on after it. */
    tactus_status (*send)(tactus_plugin* plugin, const tactus_batch* batch, uint32_t* accepted)
        TACTUS_NOEXCEPT;
    /* [out] Drop what the plugin itself has queued for the port (0 = all); after that a panic's
     * note-offs follow. May be NULL. */
    void (*flush)(tactus_plugin* plugin, uint32_t port) TACTUS_NOEXCEPT;
    /* [loop] An event asks for a port by a name that is no port's exact key or name here. Where the
     * plugin can make a port of it ("10.0.0.7:9000"), it adds that by ports.add within this call
     * and answers TACTUS_OK. TACTUS_E_INVALID: it can make no port of that name. TACTUS_E_DENIED:
     * it could, and its configuration forbids it. The answer holds until the output's ports
     * change. Without TACTUS_OUT_MAY_BLOCK only. May be NULL, or not there. */
    tactus_status (*want_port)(tactus_plugin* plugin, tactus_str name) TACTUS_NOEXCEPT;
    /* [loop, after configure; again within each ports.add and ports.update] For an output that
     * gives each event its exact moment by itself (a frame of a sound card's next period): how long
     * before that moment, due - ahead_ns, send is called, in ns. Lateness counts from the moment,
     * not from the call, and an event that is given in good time is not late. What it holds until
     * then, flush lets out at once. With TACTUS_OUT_MAY_BLOCK only. 0 to a second. May be NULL, or
     * not there. */
    int64_t (*lookahead_ns)(tactus_plugin* plugin) TACTUS_NOEXCEPT;
} tactus_output_0;

#ifdef __cplusplus
}
#endif

#endif
