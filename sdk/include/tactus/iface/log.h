/* SPDX-License-Identifier: MIT
 *
 * "tactus.log/0", provided by the host: lines for the operator. The host adds the instance, escapes
 * unprintable characters, limits the rate and never blocks.
 */
#ifndef TACTUS_IFACE_LOG_H
#define TACTUS_IFACE_LOG_H

#include <tactus/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TACTUS_LOG_0 "tactus.log/0"

#define TACTUS_LOG_DEBUG 0u
#define TACTUS_LOG_INFO 1u
#define TACTUS_LOG_WARNING 2u
#define TACTUS_LOG_ERROR 3u

typedef struct tactus_log_0 {
    uint32_t struct_size;
    uint32_t reserved;
    /* [any] 1 if a line of that level would be written. */
    uint32_t (*enabled)(const tactus_host* host, uint32_t level) TACTUS_NOEXCEPT;
    /* [any] One full sentence: what was tried, on what, why it failed, what happens next. */
    void (*write)(const tactus_host* host, uint32_t level, tactus_str text) TACTUS_NOEXCEPT;
} tactus_log_0;

#ifdef __cplusplus
}
#endif

#endif
