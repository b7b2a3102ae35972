/* SPDX-License-Identifier: MIT
 *
 * One timed event, and a batch of them, as inputs emit and outputs send them. A tactus_event is a
 * view; its bytes belong to its creator and are valid during the call only.
 */
#ifndef TACTUS_EVENT_H
#define TACTUS_EVENT_H

#include <tactus/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Protocols: an open set. An event of an unknown one is skipped and counted as unsupported_type. */

/* One complete MIDI 1.0 message, status byte first; a SysEx is F0 ... F7 complete, or a part of
 * one: see TACTUS_EVENT_SYSEX_PART. */
#define TACTUS_PROTO_MIDI 1u
/* One OSC 1.0 packet: a message, or (inputs only) a bundle. */
#define TACTUS_PROTO_OSC 2u

/* Flags of an event: an open set; unknown bits are ignored. */

/* Note-off or panic: uses the queue's reserve, is never dropped as late, and is accepted even while
 * the daemon stops. The kernel sets it itself on events that end an accepted note or pedal. */
#define TACTUS_EVENT_CRITICAL 0x1u
/* Outputs: the sender specified this event's due time (an OSC time tag). */
#define TACTUS_EVENT_TIMED 0x2u
/* Inputs: a MIDI System Exclusive message, or an event that a route would turn into one, is refused
 * and counted as sysex_denied: it can rewrite an instrument's memory. */
#define TACTUS_EVENT_NO_SYSEX 0x4u
/* MIDI: a part of a SysEx that is longer than TACTUS_SYSEX_SIZE_MAX. The first part begins with F0
 * and has no F7; later parts are data bytes only; the last ends in F7, and may be F7 alone. Inputs:
 * the parts of one SysEx have the same `source` and come in order; later parts go where the first
 * was accepted, one after the other, regardless of their due_ns, tag and group. A source has one
 * under way at a time. If its end does not arrive (the device was removed), the input emits a last
 * part of F7 alone. Outputs: only with TACTUS_OUT_SYSEX_PARTS; other messages may come between the
 * first part and the last, but never another SysEx in parts. */
#define TACTUS_EVENT_SYSEX_PART 0x8u
/* Inputs: the end of a note or pedal that the input makes because its sender has gone, or has lost
 * messages. Where another sender holds the same one, or it has ended, it is dropped as outdated. */
#define TACTUS_EVENT_SPARE_OTHERS 0x10u

/* The longest payload of an event, in bytes. Longer ones are rejected as too_large. */
#define TACTUS_EVENT_SIZE_MAX 65536u
/* The longest System Exclusive message in one event, F0 and F7 included, in bytes; the same in both
 * directions. A longer one is sent in parts (TACTUS_EVENT_SYSEX_PART), or refused as too_large if
 * an output accepts no parts. An output may be able to send less than this in one piece. */
#define TACTUS_SYSEX_SIZE_MAX TACTUS_EVENT_SIZE_MAX

typedef struct tactus_event {
    int64_t due_ns; /* host clock (see iface/clock.h); 0 = as soon as possible. An OSC bundle's own
                       time tag takes precedence over 0, not over another value. */
    int64_t received_ns; /* host clock; when the bytes arrived, if known, else 0 = at emit */
    const uint8_t* bytes;
    uint32_t size;     /* bytes; 1 to TACTUS_EVENT_SIZE_MAX */
    uint32_t port;     /* inputs: the destination by name, from ports.resolve, or 0 = as routed;
                          outputs: the port to send to, from ports.add */
    uint32_t tag;      /* cancel group, chosen by the input; to TACTUS_TAG_MAX, 0 = none */
    uint16_t protocol; /* TACTUS_PROTO_* */
    uint16_t flags;    /* TACTUS_EVENT_* */
    uint32_t source;   /* inputs: the port that it came from, from ports.add; 0 = not given */
    uint32_t group;    /* inputs: which of several senders that share this input (a connection, a
                          peer) sent it; no sender takes all of its room. If given, it is the cancel
                          group in place of the tag; to TACTUS_TAG_MAX, 0 = not given */
} tactus_event;

/* Flags of a batch. */

/* The input cannot wait (datagrams): events that find no room are refused and counted. Without this
 * flag emit returns TACTUS_E_AGAIN and takes the rest later. */
#define TACTUS_BATCH_DROPPABLE 0x1u
/* From a thread of the instance's own: another batch follows at once, and the loop is not woken
 * before a batch without this flag, which may be empty. For callbacks with a deadline: a loop with
 * real-time priority takes the processor from the thread that wakes it. Ignored on [loop]. */
#define TACTUS_BATCH_MORE 0x2u

typedef struct tactus_batch {
    uint32_t struct_size;  /* sizeof(tactus_batch) */
    uint32_t count;        /* events */
    uint32_t event_stride; /* from one event to the next: sizeof(tactus_event) of the writer */
    uint32_t flags;        /* TACTUS_BATCH_* */
    const tactus_event* events;
} tactus_batch;

#ifdef __cplusplus
}
#endif

#endif
