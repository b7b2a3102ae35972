/* SPDX-License-Identifier: MIT
 *
 * The limits of one instance, and of the declarations of a plugin. A later host may allow more,
 * never less: a plugin that stays within these works with every host of this ABI.
 */
#ifndef TACTUS_LIMITS_H
#define TACTUS_LIMITS_H

/* Pending ops; beyond: TACTUS_E_NOMEM. */
#define TACTUS_OPS_MAX 4096u
/* Posted calls that have not run; beyond: TACTUS_E_AGAIN. */
#define TACTUS_POSTS_MAX 1024u
/* Series of metrics, and the bytes of a metric's name without its label; beyond: TACTUS_E_NOMEM,
 * TACTUS_E_INVALID. */
#define TACTUS_METRICS_MAX 32u
#define TACTUS_METRIC_NAME_SIZE_MAX 64u
/* Ports of one instance; beyond: TACTUS_E_NOMEM. */
#define TACTUS_PORTS_MAX 256u
/* Bytes of a port's key, and of a name for ports.resolve; beyond: TACTUS_E_INVALID. */
#define TACTUS_PORT_KEY_SIZE_MAX 255u
/* Previously unknown names that one instance may ask ports.resolve for; beyond: TACTUS_E_NOMEM. */
#define TACTUS_NAMES_MAX 1024u
/* tactus_event.tag and group; beyond: emit returns TACTUS_E_INVALID and takes nothing. */
#define TACTUS_TAG_MAX 0xFFFFFFu

/* Descriptors of one file, options of one table, and tables within tables. A file beyond is
 * refused, and the limit is named. */
#define TACTUS_DESCRIPTORS_MAX 64u
#define TACTUS_OPTIONS_MAX 256u
#define TACTUS_OPTION_DEPTH_MAX 4u
/* Bytes of the reason that an output gives for an event that it could not send (set_error); a
 * longer text is cut off between two characters. */
#define TACTUS_REASON_SIZE_MAX 200u

/* A function of exec.work may take as long as it needs while the instance runs. One that takes
 * longer than this is named in the log, in ns; at a stop, it has the time that tactus_op's rule 6
 * gives. */
#define TACTUS_WORK_NAMED_AFTER_NS 1000000000
/* A call on [loop] that takes longer than this is counted and named: it delays all that is timed.
 * In ns. */
#define TACTUS_CALL_SLOW_NS 10000000

#endif
