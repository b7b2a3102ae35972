/* SPDX-License-Identifier: MIT
 * A file that goes wrong while it is loaded, in the way that WAY says: a plugin otherwise would be
 * found by the checks of its entry, this one ends or holds the process before that. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define CRASHES 1
#define EXITS 2
#define HANGS 3
#define LEAVES 4

__attribute__((constructor)) static void loaded(void) {
    if (WAY == CRASHES) {
        raise(SIGSEGV);
    }
    if (WAY == EXITS) {
        exit(0);
    }
    if (WAY == LEAVES) {
        _exit(0);
    }
    for (;;) {
        pause();
    }
}
