/* SPDX-License-Identifier: MIT
 *
 * "tactus.output/0", provided by the plugin: takes events when they are due.
 */
#ifndef TACTUS_IFACE_OUTPUT_H
#define TACTUS_IFACE_OUTPUT_H

#include <tactus/event.h>
#include <tactus/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_OUTPUT_0 "tactus.output/0"

/* `send` may block: it runs on the instance's worker thread, which waits for the due time itself.
 * Without this flag `send` is called on [loop] and must return within microseconds. */
#define TACTUS_OUT_MAY_BLOCK 0x1u
/* `send` accepts a SysEx longer than TACTUS_SYSEX_SIZE_MAX in parts (TACTUS_EVENT_SYSEX_PART).
 * Between the first part and the last, only real-time messages (F8 to FF) may be transmitted. Other
 * messages may not be answered with TACTUS_E_AGAIN, since the later parts wait behind them: the
 * output keeps them, within a bound, or gives the SysEx up. If a part fails, the kernel sends no
 * more of that SysEx except a last part of F7 alone, which may also come after the output itself
 * has given it up. Without this flag such a SysEx is refused as too_large. */
#define TACTUS_OUT_SYSEX_PARTS 0x2u

typedef struct tactus_output_0 {
    uint32_t struct_size;
    uint32_t flags;     /* TACTUS_OUT_* */
    uint32_t protocols; /* bit n set: takes protocol n, e.g. 1u << TACTUS_PROTO_MIDI */
    uint32_t reserved;
    /* [loop, after configure] How long before due the output wants its events, in ns: 0 = at due.
     * For receivers that schedule events themselves; the events then arrive early, with their due
     * time. May be NULL. */
    int64_t (*ahead_ns)(tactus_plugin* plugin) TACTUS_NOEXCEPT;
    /* [out] Sends events that are due, in order of due, then of arrival; views valid during the
     * call. *accepted: how many were handled, from the front. TACTUS_OK: all of them.
     * TACTUS_E_AGAIN: no room for the rest; the kernel keeps them until ports.writable. Meanwhile
     * an output that may block is still offered MIDI real-time messages (F8 to FF): they may
     * overtake waiting events, and it may answer TACTUS_E_AGAIN to them too. Another negative
     * status: event number *accepted failed and is dropped as output_error (TACTUS_E_CLOSED:
     * output_down); the kernel continues after it. The text that host->set_error was given within
     * the call is the reason for that event, in the log and in `tactus tap`. */
    tactus_status (*send)(tactus_plugin* plugin, const tactus_batch* batch, uint32_t* accepted)
        TACTUS_NOEXCEPT;
    /* [out] Drops the events that the plugin itself has queued for the port (0 = all), except those
     * that it was given ahead of their moment by lookahead_ns: these are sent at once. A panic's
     * note-offs follow. May be NULL. */
    void (*flush)(tactus_plugin* plugin, uint32_t port) TACTUS_NOEXCEPT;
    /* [loop] An event asks for a port by a name that is no port's exact key or name here. If the
     * plugin can make a port for it ("10.0.0.7:9000"), it adds the port by ports.add within this
     * call and returns TACTUS_OK. TACTUS_E_INVALID: it can make no port of that name.
     * TACTUS_E_DENIED: it could, but its configuration forbids it. The answer holds until the
     * output's ports change. Only without TACTUS_OUT_MAY_BLOCK. May be NULL. */
    tactus_status (*want_port)(tactus_plugin* plugin, tactus_str name) TACTUS_NOEXCEPT;
    /* [loop, after configure; again within each ports.add and ports.update] For an output that
     * itself places each event at its exact moment (a frame of a sound card's next period): how
     * long before that moment, due - ahead_ns, send is called, in ns. Lateness is measured from the
     * moment, not from the call; an event passed in good time is not late. Only with
     * TACTUS_OUT_MAY_BLOCK. 0 to a second. May be NULL. */
    int64_t (*lookahead_ns)(tactus_plugin* plugin) TACTUS_NOEXCEPT;
} tactus_output_0;

#ifdef __cplusplus
}
#endif

#endif
