/* SPDX-License-Identifier: MIT
 *
 * "tactus.metrics/0", provided by the host: counters, gauges and histograms of a plugin, exported
 * as tactus_plugin_<name> with the label `plugin`, the instance's name. The kernel itself has the
 * metrics that concern every instance (events, drops, lateness, state).
 */
#ifndef TACTUS_IFACE_METRICS_H
#define TACTUS_IFACE_METRICS_H

#include <tactus/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_METRICS_0 "tactus.metrics/0"

#define TACTUS_METRIC_COUNTER 1u /* only grows; its name ends in _total */
#define TACTUS_METRIC_GAUGE 2u
#define TACTUS_METRIC_HISTOGRAM 3u /* of durations, 10 us to 100 ms; its name ends in _seconds */

typedef struct tactus_metrics_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [loop, before start returns] Creates a series; *metric is its handle.
     *
     * - `name` has 1 to 64 characters of a to z, 0 to 9 and _, the first a letter: lower-case words
     *   and base units, without prefix. A counter's ends in _total, a gauge's does not; a
     *   histogram's ends in _seconds.
     * - One label may follow it: lost_total{reason="xrun"}. The label's name and value have 1 to
     *   32 of the same characters; the name begins with a letter; it is not `plugin`, and for a
     *   histogram not `le`. All series of a name have the same kind and label, and each a value of
     *   its own.
     * - A histogram NAME is exported as NAME_bucket, NAME_sum and NAME_count: no other metric of
     *   the instance has one of these names. The daemon's own are state, stalls_total,
     *   blocked_total, restarts_total, loop_calls_total and loop_seconds_total.
     * - `help` is one sentence in UTF-8; of several series with one name, the first one's is shown.
     *
     * Errors: TACTUS_E_INVALID, with the reason by set_error: the name breaks these rules or is
     * taken, or help is missing or not UTF-8. TACTUS_E_NOMEM: there are TACTUS_METRICS_MAX already.
     * TACTUS_E_CLOSED: start has returned. */
    tactus_status (*create)(const tactus_host* host, uint32_t kind, const char* name,
                            const char* help, uint32_t* metric) TACTUS_NOEXCEPT;
    /* [any] Adds to a counter (amount >= 0) or gauge; at the end of its 64 bits it stays there. For
     * a histogram: records one duration in ns, 0 or more; from one thread at a time. An unknown
     * handle is ignored. */
    void (*add)(const tactus_host* host, uint32_t metric, int64_t amount) TACTUS_NOEXCEPT;
    /* [any] Sets a gauge. */
    void (*set)(const tactus_host* host, uint32_t metric, int64_t value) TACTUS_NOEXCEPT;
} tactus_metrics_0;

#ifdef __cplusplus
}
#endif

#endif
