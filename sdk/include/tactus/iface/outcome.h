/* SPDX-License-Identifier: MIT
 *
 * "tactus.outcome/0", provided by the plugin: notifies an input of the outcome of its events, some
 * time later, in batches. For inputs that can inform the sender; it costs nothing if absent.
 */
#ifndef TACTUS_IFACE_OUTCOME_H
#define TACTUS_IFACE_OUTCOME_H

#include <tactus/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_OUTCOME_0 "tactus.outcome/0"

/* Kinds: bits of the result of `wants`; an open set. */

/* Refused at the input, for `reason`. If that leaves open what was wrong with the event and what
 * was expected, `known` is one text that explains it; the same applies to DROPPED. */
#define TACTUS_OUTCOME_REJECTED 0x1u
/* It is sent to no output, for `reason`: "no_route", no route takes its address; "filtered", no
 * route's `match` takes it; "unknown_port", no output of its routes has `port`, and `known` are the
 * ports that they have; "peer_not_allowed", no output may send to `port`; "ambiguous_port", several
 * of them have `port` as their name or a part of it, and `known` are those. An open set. */
#define TACTUS_OUTCOME_UNROUTED 0x2u
/* One delivery was dropped by `output`, for `reason`. */
#define TACTUS_OUTCOME_DROPPED 0x4u
/* One delivery was sent more than 1 ms after its time. */
#define TACTUS_OUTCOME_LATE 0x8u
/* One delivery was sent, on time or without a time. For an output with TACTUS_OUT_MAY_BLOCK, SENT
 * and LATE mean that its worker has taken the delivery; DROPPED follows if that then fails. */
#define TACTUS_OUTCOME_SENT 0x10u

/* All views are valid during the call. */
typedef struct tactus_outcome {
    uint32_t kind;
    uint32_t tag;      /* of the event */
    int64_t late_ns;   /* LATE and SENT: hand-over time minus due time */
    tactus_str reason; /* as in the metrics: "too_far_ahead", "queue_full" */
    tactus_str output; /* DROPPED, LATE and SENT: the output's name; UNROUTED as "unknown_port": the
                          output or port with the most similar name, or empty */
    tactus_str port;   /* UNROUTED: the name that it asked for without success; else empty */
    const tactus_str* known; /* UNROUTED: the existing ports; REJECTED, DROPPED: what was wrong */
    uint32_t n_known;
    uint32_t reserved; /* 0 */
} tactus_outcome;

typedef struct tactus_outcome_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [loop, after configure] The kinds that the plugin wants reported; 0 = none. */
    uint32_t (*wants)(tactus_plugin* plugin) TACTUS_NOEXCEPT;
    /* [loop] Reports the outcome of those events of this instance that had a tag, in order. Events
     * that were taken back or made room for newer ones are not reported. At most 1024 are reported
     * in a turn; `lost` counts the rest. Never inside another call of the plugin into the host. */
    void (*report)(tactus_plugin* plugin, const tactus_outcome* outcomes, uint32_t n, uint64_t lost)
        TACTUS_NOEXCEPT;
} tactus_outcome_0;

#ifdef __cplusplus
}
#endif

#endif
