/* SPDX-License-Identifier: MIT
 * How the plugin of habit.c takes events, and what it counts. */
#define _GNU_SOURCE
#include "habit.h"

#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

static tactus_status take(tactus_plugin* plugin, const tactus_batch* batch, uint32_t* accepted) {
    static int has_waited;
    const tactus_host* host = habit_host(plugin);
    if (habit == H_sleeps_in_each_send) {
        usleep(5000);
    }
    if (habit == H_again_for_ever || habit == H_again_on_worker) {
        *accepted = 0;
        return TACTUS_E_AGAIN;
    }
    if (habit == H_again_once && !has_waited && batch->count > 0) {
        const tactus_ports_0* ports = host->get_interface(host, TACTUS_PORTS_0);
        has_waited = 1;
        ports->writable(host, 0);
        *accepted = 0;
        return TACTUS_E_AGAIN;
    }
    for (uint32_t i = 0; habit == H_writes_events && i < batch->count; ++i) {
        ((tactus_event*)(uintptr_t)batch->events)[i].tag = 7;
    }
    *accepted = batch->count;
    return TACTUS_OK;
}

static int64_t ahead_ns(tactus_plugin* plugin) {
    (void)plugin;
    habit_act(AT_AHEAD);
    return 0;
}

static void flush(tactus_plugin* plugin, uint32_t port) {
    (void)plugin;
    (void)port;
    habit_act(AT_FLUSH);
}

static tactus_status want_port(tactus_plugin* plugin, tactus_str name) {
    (void)plugin;
    (void)name;
    habit_act(AT_WANT);
    return TACTUS_E_INVALID;
}

const tactus_output_0 habit_output = {
    sizeof habit_output,
    HABIT == H_wants_and_blocks || HABIT == H_again_on_worker ? TACTUS_OUT_MAY_BLOCK : 0,
    1u << TACTUS_PROTO_OSC | 1u << TACTUS_PROTO_MIDI,
    HABIT == H_output_reserved ? 5 : 0,
    &ahead_ns,
    &take,
    &flush,
    HABIT == H_again_on_worker ? NULL : &want_port,
    NULL};

void habit_count(const tactus_host* host) {
    const tactus_metrics_0* metrics = host->get_interface(host, TACTUS_METRICS_0);
    uint32_t metric = 0;
    if (habit == H_counts_down && metrics != NULL &&
        metrics->create(host, TACTUS_METRIC_COUNTER, "turns_total", "Turns.", &metric) ==
            TACTUS_OK) {
        metrics->add(host, metric, -5);
    }
}
