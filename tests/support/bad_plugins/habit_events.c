/* SPDX-License-Identifier: MIT
 * What the plugin of habit.c emits. */
#define _GNU_SOURCE
#include "habit.h"

#include <time.h>

#define BYTES(...)                                                                                 \
    do {                                                                                           \
        static const uint8_t bytes[] = {__VA_ARGS__};                                              \
        event->bytes = bytes;                                                                      \
        event->size = sizeof bytes;                                                                \
    } while (0)
#define BUNDLE '#', 'b', 'u', 'n', 'd', 'l', 'e', 0, 0, 0, 0, 0, 0, 0, 0, 1

static int64_t wall_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void make_osc(tactus_event* event) {
    static const uint8_t large[TACTUS_EVENT_SIZE_MAX + 4] = {'/', 'h', 0, 0, ',', 0, 0, 0};
    BYTES('/', 'h', 0, 0, ',', 0, 0, 0);
    switch (habit) {
    case H_emits_no_osc:
        BYTES(0x40, 1, 2);
        break;
    case H_emits_nothing:
        event->size = 0;
        break;
    case H_emits_too_much:
        event->bytes = large;
        event->size = sizeof large;
        break;
    case H_emits_no_argument:
        BYTES('/', 'h', 0, 0, ',', 'i', 0, 0);
        break;
    case H_emits_a_tail:
        BYTES('/', 'h', 0, 0, ',', 0, 0, 0, 1, 2, 3, 4);
        break;
    case H_emits_bundle:
        BYTES(BUNDLE, 0, 0, 0, 8, '/', 'h', 0, 0, ',', 0, 0, 0);
        break;
    case H_emits_bad_bundle:
        BYTES(BUNDLE, 0, 0, 0, 9, '/', 'h', 0, 0, ',', 0, 0, 0);
        break;
    case H_emits_bad_element:
        BYTES(BUNDLE, 0, 0, 0, 8, '/', 'h', 0, 0, ',', 'i', 0, 0);
        break;
    case H_emits_osc_part:
        event->flags = TACTUS_EVENT_SYSEX_PART;
        break;
    default:
        break;
    }
}

static int make_midi(tactus_event* event) {
    static unsigned turn;
    event->protocol = TACTUS_PROTO_MIDI;
    event->flags = TACTUS_EVENT_SYSEX_PART;
    switch (habit) {
    case H_emits_no_status:
        event->flags = 0;
        BYTES(0x40, 1, 2);
        return 1;
    case H_emits_short_midi:
        event->flags = 0;
        BYTES(0x90, 60);
        return 1;
    case H_emits_parts:
        ++turn;
        if (turn % 3 == 1) {
            BYTES(0xf0, 0x22);
        } else if (turn % 3 == 2) {
            BYTES(0x11, 0x33);
        } else {
            BYTES(0xf7);
        }
        return 1;
    case H_emits_first_parts:
        BYTES(0xf0, 0x22);
        return 1;
    case H_emits_later_part:
        BYTES(0x11, 0x22, 0xf7);
        return 1;
    default:
        event->flags = 0;
        return 0;
    }
}

void habit_event(tactus_event* event) {
    if (!make_midi(event)) {
        event->protocol = TACTUS_PROTO_OSC;
        make_osc(event);
    }
    event->due_ns = habit == H_emits_wall_clock ? wall_ns() : 0;
    event->port = habit == H_emits_to_no_name ? 777 : 0;
    event->tag = habit == H_emits_large_tag ? TACTUS_TAG_MAX + 1 : 1;
}
