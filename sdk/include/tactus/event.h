/* SPDX-License-Identifier: MIT
 *
 * One timed event, and a batch of them: what inputs emit and outputs send. A tactus_event is a
 * view; its bytes belong to whoever made it and are valid during the call only.
 */
#ifndef TACTUS_EVENT_H
#define TACTUS_EVENT_H

#include <tactus/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Protocols: an open set. An event of an unknown one is skipped and counted as unsupported_type. */

/* One complete MIDI 1.0 message, status byte first; SysEx F0 ... F7 whole, or a part of one: see
 * TACTUS_EVENT_SYSEX_PART. */
#define TACTUS_PROTO_MIDI 1u
/* One OSC 1.0 packet: a message, or (inputs only) a bundle. */
#define TACTUS_PROTO_OSC 2u

/* Flags of an event: an open set; unknown bits are ignored. */

/* Note-off or panic: uses the queue's reserve, never dropped as late, also taken while the daemon
 * stops. The kernel sets it by itself on what ends a note or a pedal that was let in. */
#define TACTUS_EVENT_CRITICAL 0x1u
/* Outputs: the sender gave this event its due time (an OSC time tag). */
#define TACTUS_EVENT_TIMED 0x2u
/* Inputs: MIDI System Exclusive, or what a route would make one of, is refused and counted as
 * sysex_denied: it can rewrite an instrument's memory. */
#define TACTUS_EVENT_NO_SYSEX 0x4u
/* MIDI: a part of a SysEx that is longer than TACTUS_SYSEX_SIZE_MAX. The first part begins with F0
 * and has no F7; those that follow are data bytes only; the last ends in F7, and may be F7 alone.
 * Inputs: the parts of one SysEx have the same `source`, and come in order; what follows goes where
 * the first part was taken, one after the other, whatever its due_ns, tag and group say. A source
 * has one under way at a time. Where its end does not come (the device went), the input emits a
 * last part of F7 alone. Outputs: only with TACTUS_OUT_SYSEX_PARTS; between the first part and the
 * last come other messages, but never another SysEx in parts. */
#define TACTUS_EVENT_SYSEX_PART 0x8u

/* The longest payload of an event, in bytes. Longer ones are rejected as too_large. */
#define TACTUS_EVENT_SIZE_MAX 65536u
/* The longest System Exclusive message in one event, F0 and F7 included, in bytes; the same in both
 * directions. A longer one goes in parts (TACTUS_EVENT_SYSEX_PART), or is refused as too_large
 * where an output takes none. What an output can send of it in one piece may be less. */
#define TACTUS_SYSEX_SIZE_MAX TACTUS_EVENT_SIZE_MAX

typedef struct tactus_event {
    int64_t due_ns; /* host clock (see iface/clock.h); 0 = as soon as possible. An OSC bundle's own
                       time tag takes precedence over 0, not over another value. */
    int64_t received_ns; /* host clock; when the bytes came in, if known, else 0 = at emit */
    const uint8_t* bytes;
    uint32_t size;     /* bytes; 1 to TACTUS_EVENT_SIZE_MAX */
    uint32_t port;     /* inputs: the destination by name, from ports.resolve, or 0 = as routed;
                          outputs: the port to send to, from ports.add */
    uint32_t tag;      /* cancel group, chosen by the input; 0 = none */
    uint16_t protocol; /* TACTUS_PROTO_* */
    uint16_t flags;    /* TACTUS_EVENT_* */
    uint32_t source;   /* inputs: the port that it came from, from ports.add; 0 = not said */
    uint32_t group;    /* inputs: who sent it, of several who share this input (a connection, a
                          peer): none of them takes all of its room. Then it is the cancel group in
                          place of the tag; 0 to 0xFFFFFF, 0 = not said */
} tactus_event;

/* Flags of a batch. */

/* The input cannot wait (datagrams): what finds no room is refused and counted. Without it emit
 * answers TACTUS_E_AGAIN and takes the rest later. */
#define TACTUS_BATCH_DROPPABLE 0x1u
/* From a thread of the instance's own: more comes at once, and the loop is not woken before a batch
 * without this flag, which may be empty. For callbacks with a deadline: a loop that runs with
 * real-time rights takes the processor away from whoever wakes it. Ignored on [loop]. */
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
