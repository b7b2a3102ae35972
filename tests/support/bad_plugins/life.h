/* SPDX-License-Identifier: MIT
 * How a test speaks to life.tactus.so: the answer to get_interface("tests.life/0"), one for the
 * whole image. */
#ifndef TACTUS_TESTS_LIFE_H
#define TACTUS_TESTS_LIFE_H

#include <stdint.h>

#define TESTS_LIFE_0 "tests.life/0"

/* Read and written by the test and by any thread of the plugin, with the atomic builtins. */
typedef struct tests_life {
    int32_t must_hang;  /* 1: send and work do not come back while it is */
    int32_t may_return; /* so many of them come back all the same */
    int32_t hanging;    /* calls that hang now */
    int32_t sent;       /* events that send accepted */
    int32_t canceled;   /* ops that ended with TACTUS_E_CANCELED */
    int32_t created;
    int32_t destroyed;
    int32_t closed; /* devices, in the work that ends an instance */
} tests_life;

#endif
