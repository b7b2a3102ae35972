/* SPDX-License-Identifier: MIT
 * The habits of habit.c, one of which is built in: -DHABIT=H_NAME. Some are sound, and
 * `tactus plugin check` must pass them; tests/sdk/checker/habits.txt says which test finds the
 * others. */
#ifndef TACTUS_TESTS_HABIT_H
#define TACTUS_TESTS_HABIT_H

#include <tactus/tactus.h>

enum {
    /* sound: what ends beside the loop */
    H_thread_ends_at_once = 1,
    H_thread_ends_late,
    H_thread_says_stopped,
    H_thread_wakes_descriptor,
    H_work_until_stop,
    H_none,
    H_odd_defaults, /* in forms of TOML that are seldom used */
    /* what each call may do to the loop: 15 ms */
    H_sleeps_in_create,
    H_sleeps_in_configure,
    H_sleeps_in_start,
    H_sleeps_in_post,
    H_sleeps_in_turn,
    H_sleeps_in_stop,
    H_sleeps_in_destroy,
    H_sleeps_in_ahead,
    H_sleeps_in_flush,
    H_sleeps_in_want,
    /* and to the process */
    H_closes_others,
    H_replaces_output,
    H_stdin_nonblocking,
    H_arms_alarm,
    H_lowers_limit,
    H_sets_environment,
    H_rounds_up,
    H_leaves_child,
    H_exits_thread,
    H_port_with_zero, /* sound: a key is any bytes */
    H_blocks_signal,
    H_sigpipe_kills,
    H_moves_signal_stack,
    H_renames_loop,
    H_destructor_crashes,
    H_destructor_hangs,
    H_leaving_exits,
    /* of what it emits */
    H_emits_no_osc,
    H_emits_no_status,
    H_emits_short_midi,
    H_emits_large_tag,
    H_emits_wall_clock,
    H_emits_bundle, /* sound */
    H_emits_parts,  /* sound */
    H_emits_nothing,
    H_emits_too_much,
    H_emits_to_no_name,
    H_emits_no_argument,
    H_emits_a_tail,
    H_emits_bad_bundle,
    H_emits_bad_element,
    H_emits_first_parts,
    H_emits_later_part,
    H_emits_osc_part,
    /* of its waits */
    H_closes_awaited,
    H_reuses_awaited,
    /* of what it takes and counts */
    H_again_once, /* sound */
    H_again_for_ever,
    H_sleeps_in_each_send,
    H_again_on_worker,
    H_wants_and_blocks,
    H_writes_events,
    H_output_reserved,
    H_input_with_output,
    H_dirty_op,
    H_counts_down,
    /* of its end */
    H_ends_at_once,
    /* of its tables */
    H_too_many_options,
    H_too_deep
};

static const int habit = HABIT;

/* Where the host has called. */
enum habit_place {
    AT_CREATE,
    AT_CONFIGURE,
    AT_START,
    AT_POST,
    AT_TURN,
    AT_STOP,
    AT_DESTROY,
    AT_AHEAD,
    AT_FLUSH,
    AT_WANT
};

void habit_act(enum habit_place at);   /* habit_acts.c */
void habit_event(tactus_event* event); /* habit_events.c: what it emits, one after another */

extern const tactus_output_0 habit_output; /* habit_output.c */
void habit_count(const tactus_host* host);
const tactus_host* habit_host(tactus_plugin* plugin); /* habit.c */

#endif
