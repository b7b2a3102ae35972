/* SPDX-License-Identifier: MIT
 * A file that goes wrong while it is loaded, in the way that WAY says: a plugin otherwise would be
 * found by the checks of its entry, this one ends or holds the process before that. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CRASHES 1
#define EXITS 2
#define HANGS 3
#define LEAVES 4
#define CLOSES_MANY 5
#define CLOSES_ALL 6
#define CLOSES_STANDARD 7
#define PRINTS 8

static void close_from_to(int first, int end) {
    for (int fd = first; fd < end; ++fd) {
        close(fd);
    }
}

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
    if (WAY == CLOSES_MANY || WAY == CLOSES_ALL) {
        close_from_to(3, WAY == CLOSES_MANY ? 200 : 5000);
        return;
    }
    if (WAY == CLOSES_STANDARD) {
        close_from_to(0, 3);
        return;
    }
    if (WAY == PRINTS) {
        printf("noise\n"); /* from a buffer: there is no terminal */
        return;
    }
    for (;;) {
        pause();
    }
}
