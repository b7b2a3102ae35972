/* SPDX-License-Identifier: MIT
 *
 * "tactus.clock/0", provided by the host: converts other clocks to the host clock, once, on entry.
 * A later step of the wall clock does not change converted times.
 */
#ifndef TACTUS_IFACE_CLOCK_H
#define TACTUS_IFACE_CLOCK_H

#include <tactus/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_CLOCK_0 "tactus.clock/0"

typedef struct tactus_clock_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [any] Converts an OSC (NTP) time tag that arrives now, seconds since 1900 in the upper half,
     * to host time in ns. Tag 1 ("immediately") and 0 give 0. The seconds roll over in 2036: a tag
     * belongs to the era after that if this is at most the file's max_ahead in the future, else to
     * the first. */
    int64_t (*from_ntp)(const tactus_host* host, uint64_t time_tag) TACTUS_NOEXCEPT;
    /* [any] The inverse: the OSC time tag of a host time; never 0 or 1. */
    uint64_t (*to_ntp)(const tactus_host* host, int64_t time_ns) TACTUS_NOEXCEPT;
    /* [any] Converts Unix time in ns to host time. */
    int64_t (*from_unix)(const tactus_host* host, int64_t unix_ns) TACTUS_NOEXCEPT;
} tactus_clock_0;

#ifdef __cplusplus
}
#endif

#endif
