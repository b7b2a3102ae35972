/* SPDX-License-Identifier: MIT
 *
 * Options: the settings that a plugin offers its user. A static table declares them. Only the
 * kernel parses TOML; it checks the file against the table and reports file, line and column of all
 * errors at once. Help, reference pages and schemas come from the same table. A plugin reads
 * validated values by index.
 */
#ifndef TACTUS_OPTION_H
#define TACTUS_OPTION_H

#include <tactus/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Types: an open set; a host refuses a plugin that declares a type it does not know. */
#define TACTUS_OPT_BOOL 1u     /* get_int: 0 or 1 */
#define TACTUS_OPT_INT 2u      /* get_int */
#define TACTUS_OPT_FLOAT 3u    /* get_float; an integer in the file is accepted */
#define TACTUS_OPT_STRING 4u   /* get_str */
#define TACTUS_OPT_DURATION 5u /* "250ms", "2s", "10m", "50us"; get_int in nanoseconds */
#define TACTUS_OPT_BYTES 6u    /* 4096 or "64KiB"; get_int in bytes */
#define TACTUS_OPT_RATE 7u     /* "2000/s"; get_float in 1/s */
#define TACTUS_OPT_CHOICE 8u   /* one of `choices`; get_int: its index; get_str: the word */
/* A URL such as "udp://127.0.0.1:9100" or "udp://[::1]:9100"; `choices` names the accepted schemes;
 * get_str: as written. */
#define TACTUS_OPT_ENDPOINT 9u
#define TACTUS_OPT_TABLE 10u /* an inline table of `children`; child(config, option, 0) */

/* Flags of an option. */
#define TACTUS_OPT_REQUIRED 0x1u
/* A list of the type; one value without brackets is taken as a list of one. */
#define TACTUS_OPT_ARRAY 0x2u
#define TACTUS_OPT_SECRET 0x4u /* never shown in messages and dumps */
/* TABLE: a text in place of the table is read as a table whose first child, a STRING, is set to
 * that text. */
#define TACTUS_OPT_OR_TEXT 0x8u

typedef struct tactus_option {
    uint32_t type;            /* TACTUS_OPT_* */
    uint32_t flags;           /* TACTUS_OPT_REQUIRED ... */
    const char* key;          /* lower-case TOML key */
    const char* default_toml; /* in TOML syntax, e.g. "\"2ms\""; NULL = unset (count() is 0) */
    const char* doc;          /* one sentence, with the unit */
    const char* min_toml;     /* inclusive; NULL = none; for numbers, durations, sizes and rates */
    const char* max_toml;     /* inclusive; NULL = none */
    const char* const* choices; /* NULL-terminated; CHOICE: the words; ENDPOINT: the schemes */
    const struct tactus_option* children; /* TABLE only */
    uint32_t n_children;
    uint32_t reserved; /* 0 */
} tactus_option;

/* The validated values of one instance: valid during configure() only; copy what you keep.
 * `option` is the index in the descriptor's table (or in `children`); `index` counts in a list and
 * is 0 for a single value. All functions are [loop]. Errors: TACTUS_E_INVALID for an index that
 * does not exist, a value that is unset, or a getter that does not fit the type. */
typedef struct tactus_config {
    uint32_t struct_size;
    uint32_t reserved;
    void* impl;
    /* Values present: 0 = unset, 1 = single, n = list. Defaults count as present. */
    uint32_t (*count)(const struct tactus_config* config, uint32_t option) TACTUS_NOEXCEPT;
    tactus_status (*get_int)(const struct tactus_config* config, uint32_t option, uint32_t index,
                             int64_t* value) TACTUS_NOEXCEPT;
    tactus_status (*get_float)(const struct tactus_config* config, uint32_t option, uint32_t index,
                               double* value) TACTUS_NOEXCEPT;
    /* The text is valid as long as `config`. */
    tactus_status (*get_str)(const struct tactus_config* config, uint32_t option, uint32_t index,
                             tactus_str* value) TACTUS_NOEXCEPT;
    /* The table's own view; NULL if unset. Valid as long as `config`. */
    /* clang-format off */
    const struct tactus_config* (*child)(const struct tactus_config* config, uint32_t option,
                                         uint32_t index) TACTUS_NOEXCEPT;
    /* clang-format on */
} tactus_config;

#ifdef __cplusplus
}
#endif

#endif
