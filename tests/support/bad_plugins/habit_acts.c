/* SPDX-License-Identifier: MIT
 * What the plugin of habit.c does to the loop and to its process. */
#define _GNU_SOURCE
#include "habit.h"

#include <fcntl.h>
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static void close_others(void) {
    for (int fd = 3; fd < 1024; ++fd) {
        close(fd);
    }
}

static void replace_output(void) {
    const int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(fd, STDOUT_FILENO);
    close(fd);
}

static void lower_limit(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    --limit.rlim_cur;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void leave_child(void) {
    if (fork() == 0) {
        sleep(1);
        _exit(0);
    }
}

static void act_at_start(void) {
    switch (habit) {
    case H_closes_others:
        close_others();
        break;
    case H_replaces_output:
        replace_output();
        break;
    case H_stdin_nonblocking:
        fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
        break;
    case H_arms_alarm:
        alarm(1000);
        break;
    case H_lowers_limit:
        lower_limit();
        break;
    case H_sets_environment:
        setenv("TACTUS_HABIT", "1", 1);
        break;
    case H_rounds_up:
        fesetround(FE_UPWARD);
        break;
    case H_exits_thread:
        pthread_exit(NULL);
    case H_blocks_signal: {
        sigset_t one;
        sigemptyset(&one);
        sigaddset(&one, SIGUSR1);
        pthread_sigmask(SIG_BLOCK, &one, NULL);
        break;
    }
    case H_sigpipe_kills:
        signal(SIGPIPE, SIG_DFL);
        break;
    case H_moves_signal_stack: {
        static char room[65536];
        const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
        sigaltstack(&stack, NULL);
        break;
    }
    case H_renames_loop:
        pthread_setname_np(pthread_self(), "mine");
        break;
    case H_leaves_child:
        leave_child();
        break;
    default:
        break;
    }
}

void habit_act(enum habit_place at) {
    const int sleeps = H_sleeps_in_create + (int)at;
    if (habit == sleeps) {
        usleep(15000);
    }
    if (at == AT_START) {
        act_at_start();
    }
}

__attribute__((destructor)) static void on_exit_of_process(void) {
    if (habit == H_destructor_crashes) {
        raise(SIGSEGV);
    }
    while (habit == H_destructor_hangs) {
        usleep(100000);
    }
    if (habit == H_leaving_exits) {
        _exit(3);
    }
}
