/* SPDX-License-Identifier: MIT
 *
 * The basics of the contract between the daemon ("host") and a transport ("plugin"): version,
 * status codes, strings, handles, and the asynchronous operation. Every other header builds on it.
 *
 * Thread tags, used on every function of the SDK:
 *
 * - [loop]: the instance's loop thread; the same thread for the whole life of an instance.
 * - [out]: where `send` runs: [loop], or the instance's worker if the output declared
 *   TACTUS_OUT_MAY_BLOCK.
 * - [work]: the instance's own worker thread; never concurrent with another [work] or [out] call on
 *   that worker.
 * - [any]: any thread, also several at once.
 *
 * A released struct or table never changes and never grows; an addition has a new name. If a struct
 * begins with `struct_size`, the code that fills the struct sets it to the sizeof; a smaller size
 * is refused, and bytes beyond the struct are ignored. All integers have fixed width; no struct
 * contains an enum, bool, long or bit-field.
 */
#ifndef TACTUS_ABI_H
#define TACTUS_ABI_H

#include <stddef.h>
#include <stdint.h>

#include <tactus/limits.h>

#ifdef __cplusplus
#define TACTUS_NOEXCEPT noexcept
#define TACTUS_EXTERN_C extern "C"
extern "C" {
#else
#define TACTUS_NOEXCEPT
#define TACTUS_EXTERN_C
#endif

#define TACTUS_EXPORT __attribute__((visibility("default")))

/* The ABI version. Before 1.0, host and plugin must agree on both numbers exactly; the major number
 * is also part of the name of the one symbol that a plugin exports, `tactus_entry_v0`. */
#define TACTUS_ABI_MAJOR 0u
#define TACTUS_ABI_MINOR 1u

/* The SDK release, for messages only. */
#define TACTUS_SDK_VERSION "0.1.0"

/* Status: an open set. Negative means failure; treat an unknown one as TACTUS_E_INTERNAL.
 *
 * Two errors are common to the host's functions and are not repeated at each: from a thread that
 * its tag does not allow, a function returns TACTUS_E_WRONG_THREAD; for a pointer that must not be
 * NULL, or a text that is NULL and not empty, TACTUS_E_INVALID. A function without a status ignores
 * the call, or takes such a text as empty.
 *
 * A plugin's own functions return TACTUS_OK or a negative status. The host takes a positive one as
 * TACTUS_E_INTERNAL. */
typedef int32_t tactus_status;
#ifdef __cplusplus
#define TACTUS_STATUS_(name, value) constexpr tactus_status name = value;
#else
#define TACTUS_STATUS_(name, value) name = value,
enum { /* int for every value, also in bindings of other languages */
#endif
TACTUS_STATUS_(TACTUS_OK, 0)              /* done */
TACTUS_STATUS_(TACTUS_PENDING, 1)         /* started; `done` will be called exactly once */
TACTUS_STATUS_(TACTUS_E_AGAIN, -1)        /* full now; wait for room, then offer the rest again */
TACTUS_STATUS_(TACTUS_E_CANCELED, -2)     /* ended by cancel or by the instance's stop */
TACTUS_STATUS_(TACTUS_E_INVALID, -3)      /* an argument is wrong */
TACTUS_STATUS_(TACTUS_E_UNSUPPORTED, -4)  /* this host or plugin cannot do that */
TACTUS_STATUS_(TACTUS_E_NOMEM, -5)        /* a limit or the machine's memory is used up */
TACTUS_STATUS_(TACTUS_E_IO, -6)           /* the transport failed */
TACTUS_STATUS_(TACTUS_E_CLOSED, -7)       /* the handle, port or instance is gone */
TACTUS_STATUS_(TACTUS_E_CONFIG, -8)       /* the configuration cannot work */
TACTUS_STATUS_(TACTUS_E_WRONG_THREAD, -9) /* called from a thread that its tag does not allow */
TACTUS_STATUS_(TACTUS_E_INTERNAL, -10)    /* a fault of the callee */
TACTUS_STATUS_(TACTUS_E_TIMEOUT, -11)     /* the deadline passed first */
TACTUS_STATUS_(TACTUS_E_DENIED, -12)      /* possible, but forbidden by the configuration */
#ifndef __cplusplus
};
#endif
#undef TACTUS_STATUS_

/* Text: UTF-8, not NUL-terminated. Borrowed for the duration of the call unless stated
 * otherwise. */
typedef struct tactus_str {
    const char* ptr; /* may be NULL if len is 0 */
    size_t len;      /* bytes */
} tactus_str;

/* A generation-checked handle; 0 means none. A stale handle yields TACTUS_E_CLOSED, never another
 * object. */
typedef uint64_t tactus_id;

/*
 * An asynchronous operation, allocated by the plugin (in an awaiter, a struct, on the heap).
 *
 * 1. A starting call returns TACTUS_PENDING if `done` will be called, exactly once; TACTUS_OK if it
 *    has finished at once; or a negative status if it was not started. In the last two cases `done`
 *    is NOT called.
 *
 * 2. `done` runs on [loop] only, never before the starting call has returned and never inside
 *    another call of the plugin into the host.
 *
 * 3. From TACTUS_PENDING until `done` the op, its buffers and host_private belong to the host. The
 *    op must not move.
 *
 * 4. Cancelling is idempotent. `done` is still called later, with TACTUS_E_CANCELED, or with the
 *    real status if the operation finished first.
 *
 * 5. Inside `done` the plugin may free the op, start further ops, or stop.
 *
 * 6. After `stop` the host leaves ops alone for the instance's grace time, then cancels all of
 *    them. An instance that has not stopped after a second grace time is quarantined: detached from
 *    the routes, its image kept, with a prominent log message. If a call is running in its worker,
 *    quarantine waits until `stall_limit` after the stop, or one second if that is less.
 *
 * 7. "An op's errors", for a call that starts one: TACTUS_E_CLOSED before `start` is called and
 *    after `stopped`; TACTUS_E_NOMEM: the instance has TACTUS_OPS_MAX pending ops;
 *    TACTUS_E_INVALID: this op is pending, or has no `done`.
 */
typedef struct tactus_op {
    /* [loop] Set by the plugin before the starting call, which defines what `result` is. */
    void (*done)(struct tactus_op* op, tactus_status status, uint64_t result) TACTUS_NOEXCEPT;
    void* host_private[8]; /* all NULL before first use; owned by the host until done */
} tactus_op;

#ifdef __cplusplus
}
#endif

#endif
