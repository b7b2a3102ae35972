// SPDX-License-Identifier: MIT
// Sends one OSC bundle with a time tag, made and sent by liblo alone: someone else's idea of the
// format, since oscsend knows no bundles. Run by the system tests:
//   tactus_liblo_sender PORT AHEAD_MS ADDRESS [INT...]
// Writes "due NS": CLOCK_MONOTONIC, before which the event must not leave.
#include <lo/lo.h>

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static lo_timetag later(lo_timetag from, uint32_t by_ms) {
    const uint64_t sum = ((uint64_t)from.sec << 32 | from.frac) + ((uint64_t)by_ms << 32) / 1000 +
                         1; // never rounded down
    const lo_timetag tag = {(uint32_t)(sum >> 32), (uint32_t)sum};
    return tag;
}

int main(int count, char** arguments) {
    if (count < 4) {
        fprintf(stderr, "liblo_sender: see its source\n");
        return 2;
    }
    const uint32_t ahead_ms = (uint32_t)atoi(arguments[2]);
    lo_message message = lo_message_new();
    for (int i = 4; i < count; ++i) {
        lo_message_add_int32(message, atoi(arguments[i]));
    }
    // In this order: the due time is not before the one written. lo_timetag_now cuts to 1 us.
    const int64_t due_ns = monotonic_ns() - 1000 + (int64_t)ahead_ms * 1000000;
    lo_timetag now;
    lo_timetag_now(&now);
    lo_bundle bundle = lo_bundle_new(later(now, ahead_ms));
    lo_bundle_add_message(bundle, arguments[3], message);
    lo_address to = lo_address_new("127.0.0.1", arguments[1]);
    const int sent = lo_send_bundle(to, bundle);
    printf("due %" PRId64 "\n", due_ns);
    lo_address_free(to);
    lo_bundle_free_recursive(bundle);
    return sent > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
